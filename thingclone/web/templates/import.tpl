% rebase("layout.tpl", title=f"Import · {channel.name}", here="channels")
% include("own_channel.tpl")
<div class="settings">
<section class="sheet" id="dataimport" aria-labelledby="import-title">
<h2 id="import-title">Import a file</h2>
<p class="hint">A CSV file, an export of ThingSpeak or ThingClone, or a JSON export; at most {{most}} MB. Larger ones are read by <code>thingclone import</code>.</p>
% include("notice.tpl")
<form method="post" action="{{root}}/import" enctype="multipart/form-data" class="stack">
<div class="field">
<label for="file">File</label>
<input id="file" name="file" type="file" accept=".csv,.txt,.tsv,.json,text/csv,application/json" required>
</div>
<div class="field">
<label for="timezone">Time zone <span class="optional">of times that name none</span></label>
<select id="timezone" name="timezone">
% for name in zones:
<option{{!' selected' if name == zone else ''}}>{{name}}</option>
% end
</select>
</div>
<div class="actions"><button>Show what is in it</button> <a class="button quiet" href="{{root}}/data">Cancel</a></div>
<p class="hint">Nothing is stored yet.</p>
</form>
</section>
<section class="import-help">
<h2>What a file looks like</h2>
<pre><code>created_at,field1,field2
2024-05-01 12:00:00 UTC,21.5,62
2024-05-01 12:01:00 UTC,21.6,62</code></pre>
<p>The first line names the columns: created_at, field1 to field8, latitude, longitude, elevation, status, or the labels of the channel. Commas, semicolons or tabs part them. Each entry gets a new number.</p>
</section>
</div>
