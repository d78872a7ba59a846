% rebase("layout.tpl", title="New channel", here="channels", shape="narrow")
<div class="sheet">
<h1>New channel</h1>
% include("notice.tpl")
<form method="post" action="/channels/new" class="stack">
<div class="field">
<label for="name">Name</label>
<input id="name" name="name" value="{{given.get('name', '')}}" maxlength="255" placeholder="Greenhouse" required autofocus>
</div>
<div class="field">
<label for="description">Description <span class="optional">optional</span></label>
<input id="description" name="description" value="{{given.get('description', '')}}" maxlength="255">
</div>
<fieldset>
<legend>Fields</legend>
<p class="hint" id="fields-hint">What the device measures. A unit in brackets appears beside each value.</p>
% examples = {1: "Temperature (°C)", 2: "Humidity (%)", 3: "Pressure (hPa)"}
% for number in range(1, 4):
% include("label_field.tpl", number=number, example=examples[number])
% end
<details{{!' open' if any(given.get(f'field{n}') for n in range(4, 9)) else ''}}>
<summary>Five more fields</summary>
% for number in range(4, 9):
% include("label_field.tpl", number=number, example="")
% end
</details>
</fieldset>
<label class="check"><input type="checkbox" name="public_flag" value="true"{{!' checked' if given.get('public_flag') else ''}}> <span>Public: anyone can read this channel</span></label>
<button>Create channel</button>
</form>
</div>
