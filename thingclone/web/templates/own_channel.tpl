% # The top of each page of a channel that only its owner sees.
<div class="title-row">
<div>
<h1><bdi>{{channel.name}}</bdi></h1>
<p class="facts">Channel {{channel.id}}\\
% if channel.counter.newest_at is not None:
 · newest entry <time datetime="{{words.machine_time(channel.counter.newest_at)}}" data-age>{{words.age(channel.counter.newest_at, now)}}</time>\\
% end
</p>
</div>
<span class="badge{{' open' if channel.public else ''}}">{{'public' if channel.public else 'private'}}</span>
</div>
% include("tabs.tpl")
