% rebase("layout.tpl", title=f"Sketches · {channel.name}", here="channels")
% include("own_channel.tpl")
<section class="sheet" aria-labelledby="sketches-title">
<h2 id="sketches-title">{{'Write to field' if writes else 'Read field'}} {{field}}</h2>
<p>The sketches contain the {{'write' if writes else 'read'}} key <code>{{key}}</code>\\
% if note:
 (<bdi>{{note}}</bdi>)\\
% end
 and the address <code>{{address.base_url}}</code>. <a href="{{root}}/api_keys">All API keys</a></p>
% if address.is_of_this_machine:
<p class="notice bad" role="alert">Boards cannot reach the server at {{address.host}}, because this address works only on this machine. Open this page at the server's address in your network, or put that address into the sketch.</p>
% end
% for language, text in sketches:
<div class="sheet-head sketch-head">
<h3 id="{{language.suffix}}-title">{{language.name}}</h3>
<button type="button" class="quiet" data-copies="{{language.suffix}}" aria-describedby="{{language.suffix}}-title" hidden>Copy</button>
</div>
<p class="hint">{{language.hint}}</p>
<textarea id="{{language.suffix}}" class="code sketch" readonly rows="{{min(24, text.count(chr(10)) + 1)}}" spellcheck="false" wrap="off" aria-labelledby="{{language.suffix}}-title">
{{text}}</textarea>
% end
</section>
