% # A list of devices. `names` has the names of their channels, on the page of all channels.
<ol class="rows">
% for device in devices:
<li>
<div>
<p><a href="/devices/{{device.id}}"><bdi>{{device.name}}</bdi></a></p>
<p class="facts">\\
% if device.mac != device.name:
<bdi>{{device.mac}}</bdi> · \\
% end
% if get('names'):
<a href="/channels/{{device.channel_id}}"><bdi>{{names.get(device.channel_id, device.channel_id)}}</bdi></a> · \\
% end
% if device.last_seen is None:
not seen yet\\
% else:
last seen <time datetime="{{words.machine_time(device.last_seen)}}" data-age>{{words.age(device.last_seen, now)}}</time>\\
% end
% if device.last_address:
 from {{device.last_address}}\\
% end
</p>
</div>
% if device.command or device.pins:
<p class="facts">\\
% if device.command:
<bdi>{{device.command}}</bdi>\\
% end
% if device.pins:
{{' · ' if device.command else ''}}{{words.counted(len(device.pins), 'pin')}}, {{sum(pin.is_on for pin in device.pins)}} on\\
% end
</p>
% end
</li>
% end
</ol>
