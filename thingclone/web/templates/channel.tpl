% rebase("layout.tpl", title=channel.name, here="channels" if own else "public", classic_scripts=("Chart.bundle.js",), scripts=("channel.js",))
<div class="title-row">
<div>
<h1><bdi>{{channel.name}}</bdi></h1>
<p class="facts">Channel {{channel.id}}\\
% if not own:
 · by <a href="/channels/public?username={{words.quoted(channel.user.login)}}"><bdi>{{channel.user.login}}</bdi></a>\\
% end
 · <span id="count">{{words.counted(channel.counter.last_entry_id or 0, 'entry', 'entries')}}</span>\\
% if glance.newest_at is not None:
 · <time id="newest" datetime="{{words.machine_time(glance.newest_at)}}" data-age>{{words.age(glance.newest_at, now)}}</time>\\
% end
</p>
</div>
<span class="badge{{' open' if channel.public else ''}}">{{'public' if channel.public else 'private'}}</span>
</div>
% if channel.description:
<p class="about"><bdi>{{channel.description}}</bdi></p>
% end
% if own:
% include("tabs.tpl", root=f"/channels/{channel.id}")
% end
% if own and glance.newest_at is None:
<section class="sheet first-entry" id="first-entry" aria-labelledby="first-title">
<h2 id="first-title">Send the first value</h2>
<p>Open this URL in a browser, or request it from a device. The chart then appears here.</p>
<div class="with-button copying">
<input id="write-url" class="code" readonly value="{{write_url}}" aria-label="URL that writes a value">
<button type="button" class="quiet" data-copies="write-url" hidden>Copy</button>
</div>
<p class="waiting" role="status"><span class="pulse" aria-hidden="true"></span>Waiting for the first entry…</p>
</section>
% elif glance.newest_at is None:
<div class="empty">
<svg viewBox="0 0 120 60" aria-hidden="true"><path d="M4 40h18l9-22 14 34 12-26 8 14h50"/></svg>
<h2>No entries yet</h2>
</div>
% end
<div id="channel" data-channel="{{channel.id}}" data-key="{{key}}" data-last="{{channel.counter.last_entry_id or 0}}" data-range="{{range_name}}" data-fields="{{' '.join(channel.fields)}}">
% if glance.newest_at is not None:
<div class="toolbar">
<div class="ranges" role="group" aria-label="Time range">
% for name, label in ranges:
<button type="button" data-range="{{name}}" aria-pressed="{{'true' if name == range_name else 'false'}}">{{label}}</button>
% end
</div>
<p class="live" role="status"><span class="pulse" aria-hidden="true"></span><span id="state">Loading…</span></p>
</div>
<noscript><p class="notice">The charts need JavaScript. Without it, this page shows only the last values. <a href="/channels/{{channel.id}}/charts/1.svg">Charts as pictures</a> do not need it.</p></noscript>
% if not glance.values:
<p class="notice">No field of this channel has a label, so there is nothing to show.</p>
% end
<div class="plots{{' alone' if len(glance.values) == 1 else ''}}">
% for shown in glance.values:
% field = shown.field
<section class="plot series-{{field.number}}" data-field="{{field.name}}" data-name="{{field.title}}" data-unit="{{field.unit}}" aria-labelledby="{{field.name}}-name">
<div class="plot-head">
<h2 id="{{field.name}}-name"><bdi>{{field.title}}</bdi></h2>
<p class="reading" title="{{shown.last or ''}}"><bdi class="value">{{words.value(shown.last)}}</bdi>{{!'&thinsp;' if field.unit else ''}}<span class="unit">{{field.unit}}</span></p>
</div>
<div class="canvas"><canvas role="img" aria-label="Chart of {{field.title}}"></canvas><p class="canvas-note" hidden></p></div>
<details class="embed">
<summary>Embed</summary>
<label for="embed-{{field.number}}">Paste this HTML into a web page.\\
% if not channel.public:
 While the channel is private, other people do not see the chart there.\\
% end
</label>
<div class="with-button copying">
<textarea id="embed-{{field.number}}" class="code" readonly rows="3" spellcheck="false">{{words.iframe(base_url, channel.id, field.number)}}</textarea>
<button type="button" class="quiet" data-copies="embed-{{field.number}}" hidden>Copy</button>
</div>
<p class="hint"><a href="/channels/{{channel.id}}/charts/{{field.number}}{{key_query}}">Only the chart</a> · <a href="/channels/{{channel.id}}/charts/{{field.number}}.svg{{key_query}}">Chart as a picture</a></p>
</details>
</section>
% end
</div>
% end
</div>
<div class="columns">
% if own and glance.newest_at is not None:
<section class="sheet" aria-labelledby="write-title">
<h2 id="write-title">Write a value</h2>
<details class="reveal">
<summary>Show the URL that writes a value</summary>
<div class="with-button copying">
<input id="write-url" class="code" readonly value="{{write_url}}" aria-label="URL that writes a value">
<button type="button" class="quiet" data-copies="write-url" hidden>Copy</button>
</div>
<p class="hint">The URL contains the write key. Anyone who has it can write to this channel.</p>
</details>
</section>
% end
<div data-live>
% if statuses:
<section class="sheet" aria-labelledby="status-title">
<h2 id="status-title">Status updates</h2>
<ol class="statuses">
% for status in statuses:
<li><bdi>{{status['status']}}</bdi> <time datetime="{{words.machine_time(status['created_at'])}}" data-age>{{words.age(status['created_at'], now)}}</time></li>
% end
</ol>
</section>
% end
</div>
% if place or channel.elevation:
<section class="sheet" aria-labelledby="place-title">
<h2 id="place-title">Location</h2>
% if place:
% include("globe.tpl", place=place)
<p><a href="{{words.map_link(*place)}}" rel="noopener noreferrer">{{words.coordinates(*place)}}</a> <span class="hint">opens OpenStreetMap</span></p>
% end
% if channel.elevation:
<p>Elevation <bdi>{{channel.elevation}}</bdi></p>
% end
</section>
% end
% links = [link for link in (channel.url, channel.github_url) if words.is_web_address(link)]
% if channel.taggings or links:
<section class="sheet" aria-labelledby="more-title">
<h2 id="more-title">About</h2>
% for link in links:
<p><a href="{{link}}" rel="noopener noreferrer nofollow"><bdi>{{link}}</bdi></a></p>
% end
% if channel.taggings:
<p class="tags">\\
% for tagging in channel.taggings:
<a href="/channels/public?tag={{words.quoted(tagging.tag.name)}}"><bdi>{{tagging.tag.name}}</bdi></a> \\
% end
</p>
% end
</section>
% end
</div>
