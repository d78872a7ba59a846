% rebase("layout.tpl", title=f"Import data · {channel.name}", here="channels")
% include("own_channel.tpl")
<div class="settings">
<section class="sheet" id="dataimport" aria-labelledby="import-title">
<h2 id="import-title">Import data</h2>
<p class="hint">Choose a CSV file, or an export from ThingSpeak or ThingClone as CSV or JSON, of up to {{most}} MB. For larger files, use the command <code>thingclone import</code>.</p>
% include("notice.tpl")
<form method="post" action="{{root}}/import" enctype="multipart/form-data" class="stack">
<div class="field">
<label for="file">File</label>
<input id="file" name="file" type="file" accept=".csv,.txt,.tsv,.json,text/csv,application/json" required>
</div>
<div class="field">
<label for="timezone">Time zone <span class="optional">for times without one</span></label>
<select id="timezone" name="timezone">
% for name in zones:
<option{{!' selected' if name == zone else ''}}>{{name}}</option>
% end
</select>
</div>
<div class="actions"><button>Preview</button> <a class="button quiet" href="{{root}}/data">Cancel</a></div>
<p class="hint">ThingClone imports nothing until you confirm.</p>
</form>
</section>
<section class="import-help">
<h2>Example file</h2>
<pre><code>created_at,field1,field2
2024-05-01 12:00:00 UTC,21.5,62
2024-05-01 12:01:00 UTC,21.6,62</code></pre>
<p>The first line names the columns: created_at, field1 to field8, latitude, longitude, elevation, status, or the labels of the fields. Commas, semicolons or tabs separate the columns. Each entry gets a new ID.</p>
</section>
</div>
