% rebase("layout.tpl", title=f"New entry · {channel.name}", here="channels")
% include("own_channel.tpl")
<section class="sheet narrow" aria-labelledby="entry-title">
<h2 id="entry-title">Add entry</h2>
% include("notice.tpl")
<form method="post" action="{{root}}/data/new" class="stack">
% include("entry_fields.tpl")
<div class="field">
<label for="created_at">Time <span class="optional">{{zone}}. Leave empty for the current time</span></label>
<input id="created_at" name="created_at" type="datetime-local" step="1" value="{{created_at}}">
</div>
<input type="hidden" name="timezone" value="{{zone}}">
<div class="actions"><button>Add entry</button> <a class="button quiet" href="{{root}}/data">Cancel</a></div>
</form>
</section>
