% # The words that a user types to confirm.
<div class="field">
<label for="{{id}}-confirmation">Type <strong>{{words_to_type}}</strong> to confirm</label>
<input id="{{id}}-confirmation" name="confirmation" required autocomplete="off" autocapitalize="none" spellcheck="false">
</div>
