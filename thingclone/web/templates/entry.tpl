% rebase("layout.tpl", title=f"Entry {entry.entry_id} · {channel.name}", here="channels")
% include("own_channel.tpl")
<section class="sheet narrow" aria-labelledby="entry-title">
<h2 id="entry-title">Entry {{entry.entry_id}}</h2>
<p class="facts"><time datetime="{{words.machine_time(entry.created_at)}}">{{words.clock(entry.created_at, zone)}}</time> {{zone}}</p>
% include("notice.tpl")
<form method="post" action="{{root}}/data/{{entry.entry_id}}" class="stack">
<input type="hidden" name="back" value="{{back}}">
% include("entry_fields.tpl")
<p class="hint">Leave a value empty to delete it. You can undo this change for {{days}} days.</p>
<div class="actions"><button>Save entry</button> <a class="button quiet" href="{{back}}">Cancel</a></div>
</form>
<form method="post" action="{{root}}/data/remove" class="apart">
<input type="hidden" name="back" value="{{back}}">
<input type="hidden" name="entry-{{entry.entry_id}}" value="on">
<button class="quiet danger">Delete entry</button>
</form>
</section>
