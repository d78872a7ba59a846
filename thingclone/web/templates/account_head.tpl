% # The top of each page of an account.
<div class="title-row">
<h1><bdi>{{visitor.login}}</bdi></h1>
</div>
% include("tabs.tpl")
