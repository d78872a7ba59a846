<div class="field">
<label for="name">Name</label>
<input id="name" name="name" value="{{name}}" placeholder="Pump" required autocomplete="off">
</div>
<div class="field">
<label for="channel">Log to channel <span class="optional">executed commands, as status updates</span></label>
<select id="channel" name="channel">
<option value="">No channel</option>
% for channel in channels:
<option value="{{channel.id}}"{{!' selected' if channel.id == chosen else ''}}>{{channel.id}}: {{channel.name}}</option>
% end
</select>
</div>
