% # Write attempts, newest first, with advice.
<ol class="rows attempts">
% for attempt, advice in attempts:
<li>
<div>
<p><span class="badge{{'' if advice.stored else ' bad'}}">{{'changed' if advice.stored else 'refused'}}</span> <strong>{{words.sentence(attempt.reason)}}</strong></p>
<p class="facts"><time datetime="{{words.machine_time(attempt.created_at)}}" data-age>{{words.age(attempt.created_at, now)}}</time>\\
% if attempt.count > 1:
 · {{f'{attempt.count:,}'}} times\\
% end
 · from {{attempt.address or 'an unknown address'}}</p>
<pre><code>{{attempt.sent}}</code></pre>
% if advice.text:
<p class="advice">{{advice.text}}</p>
% end
</div>
</li>
% end
</ol>
