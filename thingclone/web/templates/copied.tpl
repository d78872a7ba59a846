% # A text with a button that copies it.
<div class="field">
<label for="{{id}}" id="{{id}}-label"{{!'' if get('shows_label') else ' class="unseen"'}}>{{label}}</label>
<div class="with-button copying">
<input id="{{id}}" class="code" readonly value="{{text}}">
<button type="button" class="quiet" data-copies="{{id}}" aria-describedby="{{id}}-label" hidden>Copy</button>
</div>
</div>
