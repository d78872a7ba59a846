% rebase("layout.tpl", title=f"Journal · {channel.name}", here="channels")
% include("own_channel.tpl")
<section class="sheet" aria-labelledby="journal-title">
<h2 id="journal-title">Why did a write not arrive?</h2>
<div data-live>
% if not attempts:
<p>No write to this channel was refused or changed. When one is, it is listed here with the reason, the last {{most}} of them.</p>
% else:
<p class="hint intro">The last {{most}} that were refused, or stored otherwise than they were sent. Of keys only the first four characters are kept.</p>
% include("attempts.tpl")
% end
</div>
</section>
<p class="aside">Nothing of your device is here? Then it did not reach this server, or came without a key of this channel. Does <a href="{{root}}/api_keys">its key</a> work in a browser, from the same net?\\
% if is_owner:
 See also the <a href="/journal">writes that belong to no channel</a>.\\
% end
</p>
