% rebase("layout.tpl", title="TalkBack", here="account")
% include("account_head.tpl")
% include("notice.tpl")
<section class="sheet" aria-labelledby="talkbacks-title">
<h2 id="talkbacks-title">TalkBack</h2>
<p class="hint">Commands that wait for a device: it asks for the next one when it has time, and carries it out.</p>
<div data-live>
% if talkbacks:
<ol class="rows">
% for one, waiting in talkbacks:
<li><p><a href="/talkbacks/{{one.id}}"><bdi>{{one.name}}</bdi></a></p><p class="facts">TalkBack {{one.id}} · {{words.counted(waiting, 'command')}} waiting</p></li>
% end
</ol>
% end
</div>
</section>
<section class="sheet narrow" aria-labelledby="new-title">
<h2 id="new-title">New TalkBack</h2>
<form method="post" action="/talkbacks" class="stack">
% include("talkback_fields.tpl", chosen=None)
<button>Make the TalkBack</button>
</form>
</section>
