% rebase("layout.tpl", title="Sign up", here="login", shape="narrow")
<div class="sheet">
<h1>Make an account</h1>
% include("notice.tpl")
<form method="post" action="/signup" class="stack">
<div class="field">
<label for="login">Login</label>
<input id="login" name="login" value="{{login}}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="100" required aria-describedby="login-hint">
<p class="hint" id="login-hint">Letters, digits and <code>. _ - + @</code>. Others see it beside your public channels.</p>
</div>
<div class="field">
<label for="email">E-mail <span class="optional">optional</span></label>
<input id="email" name="email" type="email" value="{{email}}" autocomplete="email" maxlength="255">
</div>
% include("password_field.tpl", name="password", label="Password", autocomplete="new-password", shortest=shortest)
<button>Make the account</button>
</form>
<p class="aside">You have one? <a href="/login">Sign in</a>.</p>
</div>
