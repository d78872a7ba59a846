% rebase("layout.tpl", title="Public channels", here="public")
<div class="title-row">
<h1>Public channels</h1>
<form method="get" action="/channels/public" role="search" class="search">
<label for="q" class="unseen">Search by name, description or tag</label>
<input id="q" name="q" type="search" value="{{wanted.get('q', '')}}" placeholder="Name, description or tag" maxlength="100">
<button class="quiet">Search</button>
</form>
</div>
% if tags:
<nav class="tags" aria-label="Tags">
% for name, count in tags:
<a href="/channels/public?tag={{words.quoted(name)}}"{{!' aria-current="page"' if name.lower() == wanted.get('tag', '').lower() else ''}}><bdi>{{name}}</bdi> <span>{{count}}</span></a>
% end
</nav>
% end
% if heading:
<p class="found"><bdi>{{heading}}</bdi> <a href="/channels/public">Show all</a></p>
% end
% if not cards:
<div class="empty">
<svg viewBox="0 0 120 60" aria-hidden="true"><path d="M4 40h18l9-22 14 34 12-26 8 14h50"/></svg>
% if heading:
<h2>No channels found</h2>
% else:
<h2>No public channels yet</h2>
<p>Channels appear here when their owners make them public.</p>
% end
</div>
% else:
<ul class="cards">
% for channel, glance in cards:
% include("card.tpl", channel=channel, glance=glance, own=False)
% end
</ul>
% end
% if pages > 1:
<nav class="pages" aria-label="Pages">
% if page > 1:
<a rel="prev" href="{{words.page_link(wanted, page - 1)}}">← Previous</a>
% end
<span>Page {{page}} of {{pages}}</span>
% if page < pages:
<a rel="next" href="{{words.page_link(wanted, page + 1)}}">Next →</a>
% end
</nav>
% end
