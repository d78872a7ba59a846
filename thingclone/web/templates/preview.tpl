% rebase("layout.tpl", title=f"Import data · {channel.name}", here="channels")
% include("own_channel.tpl")
<section class="sheet" aria-labelledby="preview-title">
<h2 id="preview-title">Preview</h2>
% include("notice.tpl")
<p>{{source.description}}, {{'newest' if found.newest_first else 'oldest'}} entry first. Times without a time zone are in {{given.zone}}.</p>
<p role="status"><strong>{{words.counted(found.entries, 'entry', 'entries')}}</strong> can be imported\\
% if found.refused:
, <strong>{{words.counted(found.refused, source.unit)}}</strong> cannot\\
% end
.
% if found.cut:
{{words.counted(found.cut, 'value')}} will be truncated to 255 characters.
% end
</p>
% if mapped:
<details class="reveal"{{!'' if found.entries else ' open'}}>
<summary>How columns are imported</summary>
<ul class="mapped">
% for name, target in mapped:
<li><bdi>{{name or '(no name)'}}</bdi> → {{target or 'ignored'}}</li>
% end
</ul>
</details>
% end
% if found.reasons:
<details class="reveal" open>
<summary>What is not imported</summary>
<ul class="mapped">
% for number, reason in found.reasons:
<li>{{source.unit.capitalize()}} {{number}}: {{words.sentence(reason)}}</li>
% end
% if found.refused > len(found.reasons):
<li>and {{found.refused - len(found.reasons)}} more</li>
% end
</ul>
</details>
% end
</section>
% if first:
<h3>First entries</h3>
<div class="table-frame" role="region" aria-label="First entries" tabindex="0">
<table class="entries plain">
<thead><tr><th scope="col">Time <span class="hint">{{given.zone}}</span></th>\\
% for place, heading in columns:
<th scope="col"><bdi>{{heading}}</bdi></th>\\
% end
</tr></thead>
<tbody>
% for time, values in first:
<tr><td class="time">{{time}}</td>\\
% for place, heading in columns:
<td data-label="{{heading}}"{{!' class="none"' if values[place] is None else ''}}><bdi>{{values[place] or ''}}</bdi></td>\\
% end
</tr>
% end
</tbody>
</table>
</div>
% end
<form method="post" action="{{root}}/import" enctype="multipart/form-data" class="apart">
<input type="hidden" name="packed" value="{{given.packed}}">
<input type="hidden" name="timezone" value="{{given.zone}}">
% if refusal:
<p><label class="check"><input type="checkbox" name="anew" value="true"> <span>Import this file again, from the start</span></label></p>
% end
<div class="actions">
% if found.entries:
<button>Import {{words.counted(found.entries, 'entry', 'entries')}}</button>
% end
<a class="button quiet" href="{{root}}/import">Choose another file</a></div>
</form>
