% rebase("layout.tpl", title=f"Channel settings · {channel.name}", here="channels")
% include("own_channel.tpl")
% if done == "saved":
<p class="notice good" role="status">Settings saved.</p>
% elif done == "cleared":
<p class="notice good" role="status">Channel cleared. The next entry gets the ID 1.</p>
% end
% include("notice.tpl")
<form method="post" action="{{root}}/settings" class="settings">
<div>
<section class="sheet" aria-labelledby="about-title">
<h2 id="about-title">About</h2>
<div class="stack">
<div class="field">
<label for="name">Name</label>
<input id="name" name="name" value="{{values['name']}}" required autocomplete="off">
</div>
<div class="field">
<label for="description">Description</label>
<input id="description" name="description" value="{{values['description']}}" autocomplete="off">
</div>
<div class="field">
<label for="tags">Tags <span class="optional">separated by commas</span></label>
<input id="tags" name="tags" value="{{values['tags']}}" autocomplete="off">
</div>
<div>
<input type="hidden" name="public_flag" value="false">
<label class="check"><input type="checkbox" name="public_flag" value="true"{{!' checked' if values['public_flag'] == 'true' else ''}}> <span>Public: anyone can read this channel</span></label>
</div>
</div>
</section>
<section class="sheet" aria-labelledby="place-title">
<h2 id="place-title">Location</h2>
<div class="stack">
<div class="side-by-side">
<div class="field">
<label for="latitude">Latitude</label>
<input id="latitude" name="latitude" value="{{values['latitude']}}" inputmode="text" placeholder="51.4769" autocomplete="off" aria-describedby="place-hint">
</div>
<div class="field">
<label for="longitude">Longitude</label>
<input id="longitude" name="longitude" value="{{values['longitude']}}" inputmode="text" placeholder="-0.0005" autocomplete="off" aria-describedby="place-hint">
</div>
<div class="field">
<label for="elevation">Elevation</label>
<input id="elevation" name="elevation" value="{{values['elevation']}}" placeholder="46 m" autocomplete="off">
</div>
</div>
<p class="hint" id="place-hint">Latitude and longitude in degrees. South and west are negative.</p>
</div>
</section>
</div>
<section class="sheet" aria-labelledby="fields-title">
<h2 id="fields-title">Fields</h2>
<fieldset>
<legend class="unseen">Field labels</legend>
<p class="hint" id="fields-hint">A unit in brackets, as in Temperature (°C), appears beside each value. A field without a label is hidden, but keeps its values.</p>
% for number in range(1, 9):
% include("label_field.tpl", number=number, example="", given=values)
% end
</fieldset>
</section>
<section class="sheet whole" aria-labelledby="more-title">
<h2 id="more-title">Links and metadata</h2>
<div class="stack">
<div class="side-by-side wide">
<div class="field">
<label for="url">Link to external site</label>
<input id="url" name="url" value="{{values['url']}}" inputmode="url" autocomplete="off">
</div>
<div class="field">
<label for="github_url">Link to GitHub</label>
<input id="github_url" name="github_url" value="{{values['github_url']}}" inputmode="url" autocomplete="off">
</div>
</div>
<div class="field">
<label for="metadata">Metadata <span class="optional">any text for your programs</span></label>
<textarea id="metadata" name="metadata" class="code" rows="4" spellcheck="false">
{{values['metadata']}}</textarea>
</div>
</div>
</section>
<div class="actions"><button>Save settings</button></div>
</form>
<div class="settings apart">
<section class="sheet" aria-labelledby="clear-title">
<h2 id="clear-title">Clear channel</h2>
<p>This deletes all entries permanently. Keys and settings stay.</p>
<form method="post" action="{{root}}/settings/clear" class="stack">
% include("confirmation.tpl", words_to_type=f"clear {channel.id}", id="clear")
<button class="quiet danger">Clear channel</button>
</form>
</section>
<section class="sheet" aria-labelledby="delete-title">
<h2 id="delete-title">Delete channel</h2>
<p>This deletes the channel with its entries, keys and settings permanently. No other channel gets its ID.</p>
<form method="post" action="{{root}}/settings/delete" class="stack">
% include("confirmation.tpl", words_to_type=f"delete {channel.id}", id="delete")
<button class="quiet danger">Delete channel</button>
</form>
</section>
</div>
