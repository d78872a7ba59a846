% text = values.get(name, '')
<div class="field">
<label for="{{name}}"><bdi>{{label}}</bdi></label>
% if "\n" in text:
<textarea id="{{name}}" name="{{name}}" rows="{{min(8, text.count(chr(10)) + 2)}}">
{{text}}</textarea>
% else:
<input id="{{name}}" name="{{name}}" value="{{text}}" autocomplete="off">
% end
</div>
