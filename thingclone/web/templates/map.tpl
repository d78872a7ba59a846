% rebase("embed.tpl", title=channel.name if channel else "Map", shape="map")
<main>
% if channel is None:
<p class="canvas-note">This channel is private.</p>
% elif place is None:
<p class="canvas-note"><span><bdi>{{channel.name}}</bdi> has no location.</span></p>
% else:
% include("globe.tpl", place=place)
<p><bdi>{{channel.name}}</bdi> <a href="{{words.map_link(*place)}}" rel="noopener noreferrer" target="_blank">{{words.coordinates(*place)}}</a></p>
% end
</main>
