% rebase("embed.tpl", title="Recent status updates", shape="list")
<main>
% if statuses is None:
<p class="canvas-note">Sorry the statuses are not public</p>
% elif not statuses:
<p class="canvas-note">No status updates yet.</p>
% else:
<ol class="statuses">
% for status in statuses:
<li><bdi>{{status['status']}}</bdi> <time datetime="{{words.machine_time(status['created_at'])}}">{{words.age(status['created_at'], now)}}</time></li>
% end
</ol>
% end
</main>
