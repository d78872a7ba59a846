% rebase("layout.tpl", title="TalkBack", here="account")
% include("account_head.tpl")
% include("notice.tpl")
<section class="sheet" aria-labelledby="talkbacks-title">
<h2 id="talkbacks-title">TalkBack</h2>
<p class="hint">A TalkBack is a queue of commands for a device. The device asks for the next command when it is ready, and executes it.</p>
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
<button>Create TalkBack</button>
</form>
</section>
