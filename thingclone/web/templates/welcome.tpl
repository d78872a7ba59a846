% rebase("layout.tpl", title="Welcome", here="login", shape="narrow")
<div class="sheet">
<h1>Welcome</h1>
<p>This is your ThingClone server. Choose a password for the account <strong><bdi>{{user.login}}</bdi></strong>.</p>
% include("notice.tpl")
<form method="post" class="stack">
<input name="username" autocomplete="username" value="{{user.login}}" aria-label="Login" readonly hidden>
% include("password_field.tpl", name="password", label="Password", autocomplete="new-password", shortest=shortest)
<button>Set password and sign in</button>
</form>
</div>
