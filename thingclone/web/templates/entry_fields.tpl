% # Inputs for the values of an entry. `inputs` has two lists of (name, label): used values, and all others.
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
