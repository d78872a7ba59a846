% rebase("layout.tpl", title="Sign up", here="login", shape="narrow")
<div class="sheet">
<h1>Create an account</h1>
% include("notice.tpl")
<form method="post" action="/signup" class="stack">
<div class="field">
<label for="login">Login</label>
<input id="login" name="login" value="{{login}}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="100" required aria-describedby="login-hint">
<p class="hint" id="login-hint">Letters, digits and <code>. _ - + @</code>. It appears on your public channels.</p>
</div>
<div class="field">
<label for="email">E-mail <span class="optional">optional</span></label>
<input id="email" name="email" type="email" value="{{email}}" autocomplete="email" maxlength="255">
</div>
% include("password_field.tpl", name="password", label="Password", autocomplete="new-password", shortest=shortest)
<button>Create account</button>
</form>
<p class="aside">Already have an account? <a href="/login">Sign in</a>.</p>
</div>
