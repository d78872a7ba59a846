% rebase("layout.tpl", title=f"API keys · {channel.name}", here="channels")
% include("own_channel.tpl")
% said = {"renewed": "This is the new write key. The old key no longer works.", "added": "Read key added.", "noted": "Note saved.", "revoked": "Read key revoked. It no longer works."}
% if done in said:
<p class="notice good" role="status">{{said[done]}}</p>
% end
% include("notice.tpl")
<section class="sheet" aria-labelledby="write-title">
<div class="sheet-head">
<h2 id="write-title">Write key</h2>
<a href="{{root}}/keys/write">Sketches for boards</a>
</div>
<p class="hint">Anyone with this key can write to this channel and read it.</p>
% include("copied.tpl", id="write-key", label="Write key", text=channel.write_key)
<details class="reveal"{{!' open' if channel.counter.newest_at is None else ''}}>
<summary>Write with this key</summary>
<div class="stack">
% include("copied.tpl", id="write-url", label="URL for a browser or a device", text=f"{base_url}/update?api_key={channel.write_key}&field{field}=42", shows_label=True)
% include("copied.tpl", id="write-curl", label="curl command", text=f'curl -d "api_key={channel.write_key}&field{field}=42" {base_url}/update', shows_label=True)
</div>
</details>
<form method="post" action="{{root}}/keys/write" data-confirm="Generate a new write key? The old key stops working at once, and every device needs the new one.">
<button class="quiet">Generate new write key</button>
</form>
</section>
<section class="sheet" aria-labelledby="read-title">
<h2 id="read-title">Read keys</h2>
% if channel.public:
<p class="hint">This channel is public. Anyone can read it without a key.</p>
% else:
<p class="hint">Anyone with a read key can read this channel. Give each reader a separate key, so that you can revoke one and keep the others.</p>
% end
<ol class="rows keys">
% for number, key in enumerate(channel.read_keys, start=1):
% query = f"api_key={key.api_key}"
<li>
<div class="key">
<div class="sheet-head">
<form method="post" action="{{root}}/keys/note" class="with-button">
<input type="hidden" name="key" value="{{key.api_key}}">
<input name="note" value="{{key.note or ''}}" placeholder="Who uses this key?" aria-label="Note for read key {{number}}" autocomplete="off">
<button class="quiet" aria-label="Save the note for read key {{number}}">Save</button>
</form>
<a href="{{root}}/keys/{{key.id}}" aria-label="Sketches for boards, with read key {{number}}">Sketches for boards</a>
</div>
% include("copied.tpl", id=f"key-{key.id}", label=f"Read key {number}", text=key.api_key)
<div class="sheet-head">
<details class="reveal">
<summary>Read with this key</summary>
<div class="stack">
% include("copied.tpl", id=f"last-{key.id}", label="URL of the last value", text=f"{base_url}/channels/{channel.id}/fields/{field}/last.txt?{query}", shows_label=True)
% include("copied.tpl", id=f"feeds-{key.id}", label="URL of the last 10 entries", text=f"{base_url}/channels/{channel.id}/feeds.json?results=10&{query}", shows_label=True)
% include("copied.tpl", id=f"curl-{key.id}", label="curl command", text=f'curl "{base_url}/channels/{channel.id}/feeds.csv?{query}"', shows_label=True)
</div>
</details>
<form method="post" action="{{root}}/keys/revoke" data-confirm="Revoke this read key? It stops working at once.">
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
<label for="new-note">New read key <span class="optional">with a note on who uses it</span></label>
<div class="with-button">
<input id="new-note" name="note" placeholder="Kitchen display" autocomplete="off">
<button class="quiet">Add</button>
</div>
</div>
</form>
</section>
