% rebase("layout.tpl", title=f"Devices · {channel.name}", here="channels")
% include("own_channel.tpl")
% include("notice.tpl")
<section class="sheet" aria-labelledby="devices-title">
<div class="sheet-head">
<h2 id="devices-title">Devices of this channel</h2>
<a href="/devices">All devices</a>
</div>
<p class="hint">Devices are boards that send their MAC address with each write. You can give a device a name, a command and pins to switch. For a queue of commands, use a <a href="/talkbacks">TalkBack</a>.</p>
<div data-live>
% if devices:
% include("device_rows.tpl")
% else:
% include("copied.tpl", id="first-url", label="Example: a board writes a value", text=f"{base_url}/update?api_key={channel.write_key}&mac=5c:cf:7f:0b:0e:a8&field1=42", shows_label=True)
% end
</div>
</section>
% include("new_device.tpl", only=channel.id)
