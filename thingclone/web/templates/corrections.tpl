% rebase("layout.tpl", title=f"Changes · {channel.name}", here="channels")
% include("own_channel.tpl")
<section class="sheet" aria-labelledby="changes-title">
<h2 id="changes-title">Changes made by hand</h2>
% include("notice.tpl")
% if not corrections:
<p>No changes yet. When you change or delete <a href="{{root}}/data">entries</a>, you can undo that here for {{days}} days.</p>
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
