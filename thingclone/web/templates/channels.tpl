% rebase("layout.tpl", title="Channels", here="channels")
<div class="title-row">
<h1>Channels</h1>
<a class="button" href="/channels/new">New channel</a>
</div>
% if not cards:
<div class="empty">
<svg viewBox="0 0 120 60" aria-hidden="true"><path d="M4 40h18l9-22 14 34 12-26 8 14h50"/></svg>
<h2>No channels yet</h2>
<p>A channel stores what a device measures: up to eight values in each entry.</p>
<p><a class="button" href="/channels/new">Create your first channel</a></p>
</div>
% else:
<ul class="cards" data-live>
% for channel, glance in cards:
% include("card.tpl", channel=channel, glance=glance, own=True)
% end
</ul>
% end
