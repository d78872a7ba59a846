% rebase("embed.tpl", title="Recent status messages", shape="list")
<main>
% if statuses is None:
<p class="canvas-note">Sorry the statuses are not public</p>
% elif not statuses:
<p class="canvas-note">No status yet.</p>
% else:
<ol class="statuses">
% for status in statuses:
<li><bdi>{{status['status']}}</bdi> <time datetime="{{words.machine_time(status['created_at'])}}">{{words.age(status['created_at'], now)}}</time></li>
% end
</ol>
% end
</main>
