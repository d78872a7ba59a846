% rebase("layout.tpl", title=f"Keys · {channel.name}", here="channels")
% include("own_channel.tpl")
% said = {"renewed": "Here is the new write key. The old one has stopped working.", "added": "A read key is added.", "noted": "The note is saved.", "revoked": "The read key is revoked: it opens nothing any more."}
% if done in said:
<p class="notice good" role="status">{{said[done]}}</p>
% end
% include("notice.tpl")
<section class="sheet" aria-labelledby="write-title">
<div class="sheet-head">
<h2 id="write-title">Write key</h2>
<a href="{{root}}/keys/write">Sketches for boards</a>
</div>
<p class="hint">Who has it can write to this channel, and read it.</p>
% include("copied.tpl", id="write-key", label="Write key", text=channel.write_key)
<details class="reveal"{{!' open' if channel.counter.newest_at is None else ''}}>
<summary>Write with it</summary>
<div class="stack">
% include("copied.tpl", id="write-url", label="In a browser, or by a device", text=f"{base_url}/update?api_key={channel.write_key}&field{field}=42", shows_label=True)
% include("copied.tpl", id="write-curl", label="With curl", text=f'curl -d "api_key={channel.write_key}&field{field}=42" {base_url}/update', shows_label=True)
</div>
</details>
<form method="post" action="{{root}}/keys/write" data-confirm="Make a new write key? The old one stops at once: each device that has it needs the new one.">
<button class="quiet">Make a new one</button>
</form>
</section>
<section class="sheet" aria-labelledby="read-title">
<h2 id="read-title">Read keys</h2>
% if channel.public:
<p class="hint">This channel is public: it can be read without a key.</p>
% else:
<p class="hint">Who has one can read this channel. Give each reader one of its own: it can be revoked without harm to the others.</p>
% end
<ol class="rows keys">
% for number, key in enumerate(channel.read_keys, start=1):
% query = f"api_key={key.api_key}"
<li>
<div class="key">
<div class="sheet-head">
<form method="post" action="{{root}}/keys/note" class="with-button">
<input type="hidden" name="key" value="{{key.api_key}}">
<input name="note" value="{{key.note or ''}}" placeholder="Who has it?" aria-label="Note on read key {{number}}" autocomplete="off">
<button class="quiet" aria-label="Save the note on read key {{number}}">Save</button>
</form>
<a href="{{root}}/keys/{{key.id}}" aria-label="Sketches for boards with read key {{number}}">Sketches for boards</a>
</div>
% include("copied.tpl", id=f"key-{key.id}", label=f"Read key {number}", text=key.api_key)
<div class="sheet-head">
<details class="reveal">
<summary>Read with it</summary>
<div class="stack">
% include("copied.tpl", id=f"last-{key.id}", label="The last value", text=f"{base_url}/channels/{channel.id}/fields/{field}/last.txt?{query}", shows_label=True)
% include("copied.tpl", id=f"feeds-{key.id}", label="The newest entries", text=f"{base_url}/channels/{channel.id}/feeds.json?results=10&{query}", shows_label=True)
% include("copied.tpl", id=f"curl-{key.id}", label="With curl", text=f'curl "{base_url}/channels/{channel.id}/feeds.csv?{query}"', shows_label=True)
</div>
</details>
<form method="post" action="{{root}}/keys/revoke" data-confirm="Revoke this read key? Whoever has it cannot read the channel any more.">
<input type="hidden" name="key" value="{{key.api_key}}">
<button class="quiet danger" aria-label="Revoke read key {{number}}">Revoke</button>
</form>
</div>
</div>
</li>
% end
</ol>
<form method="post" action="{{root}}/keys/read" class="apart">
<div class="field">
<label for="new-note">One more read key <span class="optional">with a note for yourself</span></label>
<div class="with-button">
<input id="new-note" name="note" placeholder="The display in the kitchen" autocomplete="off">
<button class="quiet">Add</button>
</div>
</div>
</form>
</section>
