% # Links to the other pages. `tabs` has (name, path after root), `tab` is the current name.
<nav class="tabs" aria-label="{{'Channel' if root else 'Account'}}">
% for name, path in tabs:
<a href="{{root}}{{path}}"{{!' aria-current="page"' if name == tab else ''}}>{{name}}</a>
% end
</nav>
