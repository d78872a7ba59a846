% rebase("layout.tpl", title=f"Data · {channel.name}", here="channels", scripts=("data.js",))
% include("own_channel.tpl")
% include("notice.tpl")
% include("data_news.tpl")
<div class="actions tools">
<a class="button" href="{{root}}/data/new">Add entry</a>
<a class="button quiet" href="{{root}}/import">Import</a>
<details class="menu">
<summary class="button quiet">Export</summary>
<div class="sheet">
<p>{{'Entries in this time range' if search.is_timed else 'Newest entries'}}, up to {{f'{most:,}'}}:</p>
<ul>
% for suffix in ("csv", "json", "xml"):
<li><a href="{{search.export(suffix, most)}}" download="channel-{{channel.id}}.{{suffix}}">{{suffix.upper()}}</a></li>
% end
</ul>
% if search.text:
<p class="hint">The search text does not apply to exports.</p>
% end
<p>The whole channel:</p>
<ul><li><a href="/stream/channels/{{channel.id}}/feeds.csv?location=true&amp;status=true" download="channel-{{channel.id}}.csv">CSV</a></li></ul>
</div>
</details>
<a class="button quiet" href="{{root}}/data/corrections">Changes</a>
</div>
<details class="finder"{{!' open' if search.is_timed or search.text or refusal else ''}}>
<summary>Find entries by time or text</summary>
<form method="get" class="filter" role="search" aria-label="Entries">
<div class="field"><label for="start">From <span class="optional">{{search.zone}}</span></label><input id="start" name="start" type="datetime-local" step="1" value="{{words.time_input(search.start, search.zone)}}"></div>
<div class="field"><label for="end">To</label><input id="end" name="end" type="datetime-local" step="1" value="{{words.time_input(search.end, search.zone)}}"></div>
<div class="field"><label for="q">Contains</label><input id="q" name="q" type="search" value="{{search.text}}" maxlength="100" placeholder="Any value or status"></div>
<input type="hidden" name="timezone" value="{{search.zone}}">
<button class="quiet">Find</button>
% if search.is_timed or search.text:
<a href="{{root}}/data">Show all</a>
% end
</form>
</details>
% if not page.entries:
<div class="empty">
<svg viewBox="0 0 120 60" aria-hidden="true"><path d="M4 40h18l9-22 14 34 12-26 8 14h50"/></svg>
% if page.is_cut:
<h2>No matches yet</h2>
% elif search.is_timed or search.text:
<h2>No entries found</h2>
% else:
<h2>No entries yet</h2>
<p>Entries appear here when a device writes them, or when you add or import them.</p>
% end
</div>
% else:
<form method="post" action="{{root}}/data/remove" class="choosing">
<input type="hidden" name="back" value="{{back}}">
<div class="table-frame" role="region" aria-label="Entries, newest first" tabindex="0">
<table class="entries">
<thead>
<tr><th scope="col" class="choose"><label><span class="unseen">Select all on this page</span><input type="checkbox" data-chooses-all hidden></label></th><th scope="col">Entry ID</th><th scope="col">Time <span class="hint">{{search.zone}}</span></th>\\
% for name, heading in columns:
<th scope="col"><bdi>{{heading}}</bdi></th>\\
% end
<th scope="col"><span class="unseen">Edit</span></th></tr>
</thead>
<tbody>
% for entry in page.entries:
<tr>
<td class="choose"><label><span class="unseen">Select entry {{entry.entry_id}}</span><input type="checkbox" name="entry-{{entry.entry_id}}"></label></td>
<td class="number">{{entry.entry_id}}</td>
<td class="time"><time datetime="{{words.machine_time(entry.created_at)}}">{{words.clock(entry.created_at, search.zone)}}</time></td>
% for name, heading in columns:
% value = getattr(entry, name)
<td data-label="{{heading}}"{{!' class="none"' if value is None else ''}}>\\
% if value is not None:
<bdi title="{{value}}">{{value}}</bdi>\\
% end
</td>
% end
<td class="change"><a href="{{root}}/data/{{entry.entry_id}}?back={{words.quoted(back)}}" aria-label="Edit entry {{entry.entry_id}}">Edit</a></td>
</tr>
% end
</tbody>
</table>
</div>
<div class="chosen">
<button class="quiet danger">Delete selected entries</button>
% if search.is_timed and not search.text:
<a href="{{search.path('/range')}}">Delete all entries in this time range…</a>
% else:
<a href="{{search.path('/range')}}">Delete a time range…</a>
% end
</div>
</form>
% end
% if page.is_cut:
<p class="found">Searched {{f'{looked_through:,}'}} entries, back to <time datetime="{{words.machine_time(page.older[0])}}">{{words.clock(page.older[0], search.zone)}}</time>.</p>
% end
% if page.newer or page.older:
<nav class="pages" aria-label="Pages">
% if page.newer:
<a rel="prev" href="{{search.path(after=page.newer)}}">← Newer</a>
<a href="{{search.path()}}">Newest</a>
% end
% if page.older:
<a rel="next" href="{{search.path(before=page.older)}}">{{'Search older entries' if page.is_cut else 'Older'}} →</a>
% end
</nav>
% end
