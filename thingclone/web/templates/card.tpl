<li class="card">
<div class="card-head">
<h2><a href="/channels/{{channel.id}}"><bdi>{{channel.name}}</bdi></a></h2>
% if own:
<span class="badge{{' open' if channel.public else ''}}">{{'public' if channel.public else 'private'}}</span>
% end
</div>
<p class="facts">Channel {{channel.id}}\\
% if not own:
 · by <a href="/channels/public?username={{words.quoted(channel.user.login)}}"><bdi>{{channel.user.login}}</bdi></a>\\
% end
 · \\
% if glance.newest_at is None:
no entries yet</p>
% else:
<time datetime="{{words.machine_time(glance.newest_at)}}" data-age>{{words.age(glance.newest_at, now)}}</time></p>
% end
% if not own and channel.description:
<p class="about"><bdi>{{channel.description}}</bdi></p>
% end
% known = [shown for shown in glance.values if shown.last is not None]
% if known:
<dl class="values">
% for shown in known[:4]:
% field = shown.field
<div class="series-{{field.number}}"><dt><bdi>{{field.title}}</bdi></dt><dd><bdi>{{words.value(shown.last)}}</bdi>{{!'&thinsp;' if field.unit else ''}}<span class="unit">{{field.unit}}</span></dd></div>
% end
% if len(known) > 4:
<p class="more">and {{words.counted(len(known) - 4, 'more field')}}</p>
% end
</dl>
% end
% if not own and channel.taggings:
<p class="tags">\\
% for tagging in channel.taggings:
<a href="/channels/public?tag={{words.quoted(tagging.tag.name)}}"><bdi>{{tagging.tag.name}}</bdi></a> \\
% end
</p>
% end
% line, area, number = words.sparkline(glance.values)
% if line:
<svg class="spark series-{{number}}" viewBox="0 0 300 48" preserveAspectRatio="none" aria-hidden="true"><path class="area" d="{{area}}"/><path class="line" d="{{line}}"/></svg>
% end
</li>
