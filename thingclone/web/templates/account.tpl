% rebase("layout.tpl", title="Account", here="account")
<div class="title-row">
<h1><bdi>{{user.login}}</bdi></h1>
<form method="post" action="/logout"><button class="quiet">Sign out</button></form>
</div>
% include("tabs.tpl")
% if done == "password":
<p class="notice good" role="status">Password changed. All your other sessions have ended.</p>
% elif done == "key":
<p class="notice good" role="status">This is your new user key. The old key no longer works.</p>
% end
<section class="sheet narrow" aria-labelledby="key-title">
<h2 id="key-title">User key</h2>
<p>Programs use this key to manage your channels. It gives access to everything in your account, so keep it secret.</p>
<details class="reveal"{{!' open' if done == 'key' else ''}}>
<summary>Show the key</summary>
<div class="with-button copying">
<input id="user-key" class="code" readonly value="{{user.api_key}}" aria-label="User key">
<button type="button" class="quiet" data-copies="user-key" hidden>Copy</button>
</div>
<form method="post" action="/account/key" data-confirm="Generate a new user key? The old key stops working at once.">
<button class="quiet">Generate new user key</button>
</form>
</details>
</section>
<section class="sheet narrow" aria-labelledby="password-title">
<h2 id="password-title">Password</h2>
% include("notice.tpl")
<form method="post" action="/account/password" class="stack">
<input name="username" autocomplete="username" value="{{user.login}}" aria-label="Login" readonly hidden>
% include("password_field.tpl", name="current", label="Current password", autocomplete="current-password", shortest=0)
% include("password_field.tpl", name="password", label="New password", autocomplete="new-password", shortest=shortest)
<button>Change password</button>
<p class="hint">You stay signed in here. All your other sessions end.</p>
</form>
</section>
