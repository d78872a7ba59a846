% if defined('refusal') and refusal:
<p class="notice bad" role="alert">{{words.sentence(refusal.reason)}}</p>
% end
