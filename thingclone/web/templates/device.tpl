% rebase("layout.tpl", title=f"{device.name} · Devices", here="account")
% include("account_head.tpl")
% path = f"/devices/{device.id}"
% if done == "saved":
<p class="notice good" role="status">Device saved.</p>
% end
% include("notice.tpl")
<div class="sheet-head crumbs">
<h2><bdi>{{device.name}}</bdi></h2>
<p class="facts"><a href="/channels/{{device.channel_id}}">Channel {{device.channel_id}}</a> · <a href="/devices">All devices</a></p>
</div>
<div class="settings">
<section class="sheet" aria-labelledby="about-title">
<h2 id="about-title">About</h2>
<p class="facts">MAC address <code><bdi>{{device.mac}}</bdi></code> · \\
% if device.last_seen is None:
not seen yet\\
% else:
last seen <time datetime="{{words.machine_time(device.last_seen)}}" data-age>{{words.age(device.last_seen, now)}}</time>\\
% end
% if device.last_address:
 from {{device.last_address}}\\
% end
</p>
<form method="post" action="{{path}}" class="stack">
<div class="field">
<label for="name">Name</label>
<input id="name" name="name" value="{{values['name']}}" autocomplete="off">
</div>
<div class="field">
<label for="channel">Channel</label>
<select id="channel" name="channel">
% for channel in channels:
<option value="{{channel.id}}"{{!' selected' if str(channel.id) == values['channel'] else ''}}>{{channel.id}}: {{channel.name}}</option>
% end
</select>
</div>
<div class="field">
<label for="command">Command <span class="optional">sent to the device when it asks</span></label>
<input id="command" name="command" value="{{values['command']}}" autocomplete="off">
</div>
<div class="field">
<label for="pins">Pins <span class="optional">numbers, separated by commas</span></label>
<input id="pins" name="pins" value="{{values['pins']}}" placeholder="1, 2, 24" autocomplete="off">
</div>
<button>Save device</button>
</form>
</section>
<div>
% if device.pins:
<section class="sheet" aria-labelledby="pins-title">
<h2 id="pins-title">Pins</h2>
<ul class="pins">
% for pin in device.pins:
<li><form method="post" action="{{path}}/toggle"><input type="hidden" name="pin" value="{{pin.number}}"><button class="quiet{{' on' if pin.is_on else ''}}" aria-pressed="{{'true' if pin.is_on else 'false'}}">Pin {{pin.number}} <span>{{'on' if pin.is_on else 'off'}}</span></button></form></li>
% end
</ul>
<p class="hint">When you switch a pin, the channel of the device gets an entry.</p>
</section>
% end
<section class="sheet" aria-labelledby="remove-title">
<h2 id="remove-title">Remove device</h2>
<p>This deletes the name, command and pins of the device. Its channel and all entries stay.</p>
<form method="post" action="{{path}}/remove" data-confirm="Remove this device?"><button class="quiet danger">Remove device</button></form>
</section>
</div>
</div>
