% rebase("layout.tpl", title=f"Changes · {channel.name}", here="channels")
% include("own_channel.tpl")
<section class="sheet" aria-labelledby="changes-title">
<h2 id="changes-title">What was changed and deleted by hand</h2>
% include("notice.tpl")
% if not corrections:
<p>Nothing yet. What you change or delete in the <a href="{{root}}/data">data</a> can be undone here for {{days}} days.</p>
% else:
<ol class="rows">
% for correction in corrections:
<li>
<div>
<p>{{words.correction(correction)}}</p>
<p class="facts"><time datetime="{{words.machine_time(correction.made_at)}}" data-age>{{words.age(correction.made_at, now)}}</time>\\
% if correction.user_id:
 · by <bdi>{{correction.user.login}}</bdi>\\
% end
% if correction.undone_at is not None:
 · undone <time datetime="{{words.machine_time(correction.undone_at)}}" data-age>{{words.age(correction.undone_at, now)}}</time>\\
% end
</p>
</div>
% if correction.undone_at is None and correction.made_at >= kept_from:
<form method="post" action="{{root}}/data/undo"><input type="hidden" name="correction" value="{{correction.id}}"><button class="quiet" aria-label="Undo: {{words.correction(correction)}}">Undo</button></form>
% end
</li>
% end
</ol>
% end
</section>
