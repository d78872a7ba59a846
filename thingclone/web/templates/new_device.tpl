% # The form for a new device. `only` is its channel, or None to offer a choice.
<section class="sheet narrow" aria-labelledby="new-title">
<h2 id="new-title">Add device</h2>
<form method="post" action="/devices" class="stack">
<input type="hidden" name="back" value="{{back}}">
<div class="field">
<label for="mac">MAC address <span class="optional">or any text that the board sends as mac</span></label>
<input id="mac" name="mac" class="code" value="{{given.get('mac', '')}}" placeholder="5c:cf:7f:0b:0e:a8" required autocomplete="off" autocapitalize="none" spellcheck="false">
</div>
<div class="field">
<label for="name">Name <span class="optional">optional</span></label>
<input id="name" name="name" value="{{given.get('name', '')}}" autocomplete="off">
</div>
% if only is not None:
<input type="hidden" name="channel" value="{{only}}">
% else:
<div class="field">
<label for="channel">Channel</label>
<select id="channel" name="channel">
<option value="">New channel</option>
% for channel in channels:
<option value="{{channel.id}}">{{channel.id}}: {{channel.name}}</option>
% end
</select>
</div>
% end
<button>Add device</button>
</form>
</section>
