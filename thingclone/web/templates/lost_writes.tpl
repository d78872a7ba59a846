% rebase("layout.tpl", title="Journal", here="account")
% include("account_head.tpl")
<section class="sheet" aria-labelledby="journal-title">
<h2 id="journal-title">Writes that belong to no channel</h2>
<div data-live>
% if not attempts:
<p>There are none. This page lists the last {{most}} writes without a key, or with a key that is not the key of a channel.</p>
% else:
<p class="hint intro">The last {{most}} writes without a key, or with a key that is not the key of a channel. Only the owner of this server can see them.</p>
% include("attempts.tpl")
% end
</div>
</section>
