% rebase("layout.tpl", title="Journal", here="account")
% include("account_head.tpl")
<section class="sheet" aria-labelledby="journal-title">
<h2 id="journal-title">Writes that belong to no channel</h2>
<div data-live>
% if not attempts:
<p>There was none. A write without a key, or with one that is none of a channel's, is listed on this page, the last {{most}} of them.</p>
% else:
<p class="hint intro">The last {{most}} that came without a key, or with one that is none of a channel's. You see them because the server is yours.</p>
% include("attempts.tpl")
% end
</div>
</section>
