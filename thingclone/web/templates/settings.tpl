% rebase("layout.tpl", title=f"Settings · {channel.name}", here="channels")
% include("own_channel.tpl")
% if done == "saved":
<p class="notice good" role="status">The settings are saved.</p>
% elif done == "cleared":
<p class="notice good" role="status">The channel is empty. Its next entry will be number 1.</p>
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
<label for="tags">Tags <span class="optional">with commas between them</span></label>
<input id="tags" name="tags" value="{{values['tags']}}" autocomplete="off">
</div>
<div>
<input type="hidden" name="public_flag" value="false">
<label class="check"><input type="checkbox" name="public_flag" value="true"{{!' checked' if values['public_flag'] == 'true' else ''}}> <span>Public: anybody may see it</span></label>
</div>
</div>
</section>
<section class="sheet" aria-labelledby="place-title">
<h2 id="place-title">Place</h2>
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
<p class="hint" id="place-hint">Degrees: north and east of the equator and Greenwich, or with a minus south and west.</p>
</div>
</section>
</div>
<section class="sheet" aria-labelledby="fields-title">
<h2 id="fields-title">Fields</h2>
<fieldset>
<legend class="unseen">Labels of the fields</legend>
<p class="hint" id="fields-hint">A unit in brackets is shown beside each value, as in Temperature (°C). A field without a label is not shown; its values stay.</p>
% for number in range(1, 9):
% include("label_field.tpl", number=number, example="", given=values)
% end
</fieldset>
</section>
<section class="sheet whole" aria-labelledby="more-title">
<h2 id="more-title">More</h2>
<div class="stack">
<div class="side-by-side wide">
<div class="field">
<label for="url">Web page</label>
<input id="url" name="url" value="{{values['url']}}" inputmode="url" autocomplete="off">
</div>
<div class="field">
<label for="github_url">Source code</label>
<input id="github_url" name="github_url" value="{{values['github_url']}}" inputmode="url" autocomplete="off">
</div>
</div>
<div class="field">
<label for="metadata">Metadata <span class="optional">any text, for your programs</span></label>
<textarea id="metadata" name="metadata" class="code" rows="4" spellcheck="false">
{{values['metadata']}}</textarea>
</div>
</div>
</section>
<div class="actions"><button>Save the settings</button></div>
</form>
<div class="settings apart">
<section class="sheet" aria-labelledby="clear-title">
<h2 id="clear-title">Clear the channel</h2>
<p>All its entries go, for good. Keys and settings stay.</p>
<form method="post" action="{{root}}/settings/clear" class="stack">
% include("confirmation.tpl", words_to_type=f"clear {channel.id}", id="clear")
<button class="quiet danger">Clear the channel</button>
</form>
</section>
<section class="sheet" aria-labelledby="delete-title">
<h2 id="delete-title">Delete the channel</h2>
<p>Its entries, keys and settings go, for good. Its number is not given again.</p>
<form method="post" action="{{root}}/settings/delete" class="stack">
% include("confirmation.tpl", words_to_type=f"delete {channel.id}", id="delete")
<button class="quiet danger">Delete the channel</button>
</form>
</section>
</div>
