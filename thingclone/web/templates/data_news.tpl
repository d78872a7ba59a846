% # What was done just now, with a button that undoes it.
% if correction and correction.undone_at is None:
<div class="notice good with-button" role="status">
<p>{{words.correction(correction)}}.</p>
<form method="post" action="{{root}}/data/undo"><input type="hidden" name="correction" value="{{correction.id}}"><input type="hidden" name="back" value="{{back}}"><button class="quiet">Undo</button></form>
</div>
% elif undone:
<p class="notice good" role="status">Undone: {{words.correction(undone)[:1].lower()}}{{words.correction(undone)[1:]}}.</p>
% elif added is not None:
<p class="notice good" role="status">Entry {{added}} added.</p>
% elif imported is not None:
<p class="notice good" role="status">{{words.counted(imported, 'entry', 'entries')}} imported.</p>
% end
