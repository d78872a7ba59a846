% rebase("layout.tpl", title=f"Journal · {channel.name}", here="channels")
% include("own_channel.tpl")
<section class="sheet" aria-labelledby="journal-title">
<h2 id="journal-title">Refused and changed writes</h2>
<div data-live>
% if not attempts:
<p>ThingClone has not refused or changed a write to this channel. This page will list the last {{most}} such writes, with the reasons.</p>
% else:
<p class="hint intro">The last {{most}} writes that ThingClone refused, or stored differently from what was sent. Keys are shortened to their first four characters.</p>
% include("attempts.tpl")
% end
</div>
</section>
<p class="aside">A write that is missing here did not reach this server, or had no key of this channel. Try <a href="{{root}}/api_keys">the write key</a> in a browser on the same network.\\
% if is_owner:
 See also the <a href="/journal">writes that belong to no channel</a>.\\
% end
</p>
