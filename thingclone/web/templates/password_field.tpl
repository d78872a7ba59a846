% # A password field with a button that shows the password.
<div class="field">
<label for="{{name}}">{{label}}</label>
<div class="with-button">
<input id="{{name}}" name="{{name}}" type="password" autocomplete="{{autocomplete}}" required{{!f' minlength="{shortest}"' if shortest else ''}} maxlength="1024"{{!f' aria-describedby="{name}-hint"' if shortest else ''}}>
<button type="button" class="quiet" data-reveals="{{name}}" aria-pressed="false" hidden>Show</button>
</div>
% if shortest:
<p class="hint" id="{{name}}-hint">At least {{shortest}} characters.</p>
% end
</div>
