% rebase("layout.tpl", title=f"Delete a range · {channel.name}", here="channels")
% include("own_channel.tpl")
<section class="sheet narrow" aria-labelledby="range-title">
<h2 id="range-title">Delete a range</h2>
% include("notice.tpl")
<form method="get" action="{{root}}/data/range" class="stack">
<div class="field"><label for="start">From <span class="optional">{{search.zone}}</span></label><input id="start" name="start" type="datetime-local" step="1" value="{{words.time_input(search.start, search.zone)}}"></div>
<div class="field"><label for="end">To <span class="optional">{{search.zone}}</span></label><input id="end" name="end" type="datetime-local" step="1" value="{{words.time_input(search.end, search.zone)}}"></div>
<input type="hidden" name="timezone" value="{{search.zone}}">
<button class="quiet">Count the entries</button>
</form>
% if search.is_timed:
<form method="post" action="{{root}}/data/range" class="apart">
<input type="hidden" name="start" value="{{words.time_input(search.start, search.zone)}}">
<input type="hidden" name="end" value="{{words.time_input(search.end, search.zone)}}">
<input type="hidden" name="timezone" value="{{search.zone}}">
% if count:
<p role="status"><strong>{{words.counted(count, 'entry', 'entries')}}</strong> {{'is' if count == 1 else 'are'}} in this range. They can be put back for {{days}} days.</p>
<div class="actions"><button class="danger">Delete {{'it' if count == 1 else 'them'}}</button> <a class="button quiet" href="{{root}}/data">Cancel</a></div>
% else:
<p role="status">No entry is in this range.</p>
% end
</form>
% else:
<p class="hint apart">One of the two will do. To delete all there is, clear the channel in its <a href="{{root}}/settings">settings</a>.</p>
% end
</section>
