% # The pages beside this one: `tabs` are (name, what follows the root), `tab` is the one that is shown.
<nav class="tabs" aria-label="{{'Channel' if root else 'Account'}}">
% for name, path in tabs:
<a href="{{root}}{{path}}"{{!' aria-current="page"' if name == tab else ''}}>{{name}}</a>
% end
</nav>
