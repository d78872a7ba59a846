% rebase("layout.tpl", title="Devices", here="account")
% include("account_head.tpl")
% include("notice.tpl")
<section class="sheet" aria-labelledby="devices-title">
<h2 id="devices-title">Devices</h2>
<p class="hint">Devices are boards that send their MAC address with each write. If a board writes with your user key, ThingClone finds its channel by the MAC address, or creates one.</p>
<div data-live>
% if devices:
% include("device_rows.tpl")
% else:
% include("copied.tpl", id="first-url", label="Example: a board writes a value", text=f"{base_url}/update?api_key={user_key}&mac=5c:cf:7f:0b:0e:a8&field1=42", shows_label=True)
% end
</div>
</section>
% include("new_device.tpl", only=None)
