% rebase("layout.tpl", title="Sign in", here="login", shape="narrow")
<div class="sheet">
<h1>Sign in</h1>
% include("notice.tpl")
% if nobody_can:
<div class="notice">
<p>No account has a password yet. When ThingClone starts, it prints a link to choose one. Look for it in the terminal or the log.</p>
<p>The link works once, for 30 minutes. For a new link, restart ThingClone or run this command:</p>
<pre><code>thingclone user password owner</code></pre>
</div>
% end
<form method="post" action="/login" class="stack">
<input type="hidden" name="next" value="{{following}}">
<div class="field">
<label for="login">Login or e-mail address</label>
<input id="login" name="login" value="{{login}}" autocomplete="username" autocapitalize="none" spellcheck="false" required{{!'' if login else ' autofocus'}}>
</div>
% include("password_field.tpl", name="password", label="Password", autocomplete="current-password", shortest=0)
<button>Sign in</button>
</form>
% if sign_up:
<p class="aside">No account yet? <a href="/signup">Create one</a>.</p>
% end
<p class="aside">Just looking? See the <a href="/channels/public">public channels</a>.</p>
</div>
