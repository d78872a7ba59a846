<div class="field numbered">
<label for="field{{number}}">Field {{number}}</label>
<input id="field{{number}}" name="field{{number}}" value="{{given.get(f'field{number}', '')}}" maxlength="255" placeholder="{{example}}" aria-describedby="fields-hint">
</div>
