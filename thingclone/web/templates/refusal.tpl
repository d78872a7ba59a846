% rebase("layout.tpl", title=words.headline(refusal), shape="narrow")
<div class="sheet">
<p class="code-number" aria-hidden="true">{{status}}</p>
% if is_closed:
<h1>This channel is private</h1>
<p>Only its owner and people with a read key can see it.</p>
% if not visitor:
<p><a class="button" href="/login?next={{words.quoted(path)}}">Sign in</a></p>
% end
<form method="get" class="stack">
<div class="field">
<label for="api_key">Read key</label>
<div class="with-button">
<input id="api_key" name="api_key" class="code" maxlength="64" autocomplete="off" autocapitalize="characters" spellcheck="false" required>
<button class="quiet">Open channel</button>
</div>
% if has_key:
<p class="hint bad">This key does not open the channel.</p>
% end
</div>
</form>
% else:
<h1>{{words.headline(refusal)}}</h1>
<p>{{words.sentence(refusal.reason)}}</p>
% end
<p class="aside"><a href="/channels">Your channels</a> · <a href="/channels/public">Public channels</a></p>
</div>
