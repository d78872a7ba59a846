% rebase("layout.tpl", title="Devices", here="account")
% include("account_head.tpl")
% include("notice.tpl")
<section class="sheet" aria-labelledby="devices-title">
<h2 id="devices-title">Devices</h2>
<p class="hint">Boards that send their MAC along. With the user key instead of a write key, each writes to its own channel; one that nobody knows yet gets one.</p>
<div data-live>
% if devices:
% include("device_rows.tpl")
% else:
% include("copied.tpl", id="first-url", label="A board writes", text=f"{base_url}/update?api_key={user_key}&mac=5c:cf:7f:0b:0e:a8&field1=42", shows_label=True)
% end
</div>
</section>
% include("new_device.tpl", only=None)
