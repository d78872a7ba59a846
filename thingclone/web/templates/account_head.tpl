% # The head of each page of one's own account.
<div class="title-row">
<h1><bdi>{{visitor.login}}</bdi></h1>
</div>
% include("tabs.tpl")
