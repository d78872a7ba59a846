% rebase("layout.tpl", title=f"Delete a time range · {channel.name}", here="channels")
% include("own_channel.tpl")
<section class="sheet narrow" aria-labelledby="range-title">
<h2 id="range-title">Delete a time range</h2>
% include("notice.tpl")
<form method="get" action="{{root}}/data/range" class="stack">
<div class="field"><label for="start">From <span class="optional">{{search.zone}}</span></label><input id="start" name="start" type="datetime-local" step="1" value="{{words.time_input(search.start, search.zone)}}"></div>
<div class="field"><label for="end">To <span class="optional">{{search.zone}}</span></label><input id="end" name="end" type="datetime-local" step="1" value="{{words.time_input(search.end, search.zone)}}"></div>
<input type="hidden" name="timezone" value="{{search.zone}}">
<button class="quiet">Count entries</button>
</form>
% if search.is_timed:
<form method="post" action="{{root}}/data/range" class="apart">
<input type="hidden" name="start" value="{{words.time_input(search.start, search.zone)}}">
<input type="hidden" name="end" value="{{words.time_input(search.end, search.zone)}}">
<input type="hidden" name="timezone" value="{{search.zone}}">
% if count:
<p role="status">This range contains <strong>{{words.counted(count, 'entry', 'entries')}}</strong>. You can undo the deletion for {{days}} days.</p>
<div class="actions"><button class="danger">Delete {{words.counted(count, 'entry', 'entries')}}</button> <a class="button quiet" href="{{root}}/data">Cancel</a></div>
% else:
<p role="status">This range contains no entries.</p>
% end
</form>
% else:
<p class="hint apart">Enter one or both times. To delete all entries, clear the channel in its <a href="{{root}}/settings">settings</a>.</p>
% end
</section>
