% # One input for each value of an entry: `inputs` are ((name, label) of those in use, of the others).
% used, unused = inputs
% for name, label in used:
% include("entry_field.tpl", name=name, label=label)
% end
% if unused:
<details>
<summary>More: {{', '.join(label for name, label in unused).lower()}}</summary>
<div class="stack">
% for name, label in unused:
% include("entry_field.tpl", name=name, label=label)
% end
</div>
</details>
% end
