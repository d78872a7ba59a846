% rebase("layout.tpl", title=f"{talkback.name} · TalkBack", here="account")
% include("account_head.tpl")
% said = {"saved": "TalkBack saved.", "key": "This is the new key. The old key no longer works.", "cleared": "All commands deleted."}
% if done in said:
<p class="notice good" role="status">{{said[done]}}</p>
% end
% include("notice.tpl")
% path = f"/talkbacks/{talkback.id}"
<div class="sheet-head crumbs">
<h2><bdi>{{talkback.name}}</bdi></h2>
<p class="facts">TalkBack {{talkback.id}} · <a href="/talkbacks">All TalkBacks</a></p>
</div>
<section class="sheet" aria-labelledby="queue-title">
<h2 id="queue-title">Queue</h2>
<form method="post" action="{{path}}/add">
<div class="field">
<label for="command" class="unseen">New command</label>
<div class="with-button">
<input id="command" name="command" value="{{typed}}" placeholder="TURN_ON" required autocomplete="off">
<button>Add</button>
</div>
</div>
</form>
<div data-live class="queue">
% if not waiting:
<p class="hint">No commands are waiting.</p>
% else:
<ol class="rows">
% for command in waiting:
<li>
<span class="position" aria-label="Position">{{command.position}}</span>
<form method="post" action="{{path}}/change" class="with-button">
<input type="hidden" name="id" value="{{command.id}}">
% if "\n" in command.command_string or "\r" in command.command_string:
<textarea name="command" class="code" rows="2" aria-label="Command {{command.position}}" spellcheck="false">
{{command.command_string}}</textarea>
% else:
<input name="command" class="code" value="{{command.command_string}}" aria-label="Command {{command.position}}" autocomplete="off" spellcheck="false">
% end
<button class="quiet" aria-label="Save command {{command.position}}">Save</button>
</form>
<div class="steps">
<form method="post" action="{{path}}/move"><input type="hidden" name="id" value="{{command.id}}"><input type="hidden" name="way" value="up"><button class="quiet" aria-label="Move command {{command.position}} up"{{!' disabled' if command.position == 1 else ''}}>↑</button></form>
<form method="post" action="{{path}}/move"><input type="hidden" name="id" value="{{command.id}}"><input type="hidden" name="way" value="down"><button class="quiet" aria-label="Move command {{command.position}} down"{{!' disabled' if command is waiting[-1] else ''}}>↓</button></form>
<form method="post" action="{{path}}/take"><input type="hidden" name="id" value="{{command.id}}"><button class="quiet danger" aria-label="Delete command {{command.position}}">Delete</button></form>
</div>
</li>
% end
</ol>
% end
</div>
</section>
<section class="sheet" aria-labelledby="executed-title">
<h2 id="executed-title">Executed commands</h2>
<div data-live>
% if not executed:
<p class="hint">No commands have been executed yet.</p>
% else:
<ol class="statuses">
% for command in executed:
<li><bdi>{{command.command_string or '(empty)'}}</bdi> <time datetime="{{words.machine_time(command.executed_at)}}" data-age>{{words.age(command.executed_at, now)}}</time></li>
% end
</ol>
% end
</div>
% if executed or waiting:
<form method="post" action="{{path}}/clear" data-confirm="Delete all commands, both waiting and executed?" class="apart">
<button class="quiet danger">Delete all commands</button>
</form>
% end
</section>
<section class="sheet" aria-labelledby="device-title">
<h2 id="device-title">For the device</h2>
<div class="stack">
% include("copied.tpl", id="talkback-key", label="TalkBack key", text=talkback.api_key, shows_label=True)
% include("copied.tpl", id="execute-url", label="URL that executes the next command", text=f"{base_url}/talkbacks/{talkback.id}/commands/execute?api_key={talkback.api_key}", shows_label=True)
% include("copied.tpl", id="execute-curl", label="curl command that adds a command", text=f'curl -d "api_key={talkback.api_key}&command_string=TURN_ON" {base_url}/talkbacks/{talkback.id}/commands', shows_label=True)
</div>
<form method="post" action="{{path}}/key" data-confirm="Generate a new key? The old key stops working at once, and every device needs the new one.">
<button class="quiet">Generate new key</button>
</form>
</section>
<div class="settings apart">
<section class="sheet" aria-labelledby="settings-title">
<h2 id="settings-title">Settings</h2>
<form method="post" action="{{path}}" class="stack">
% include("talkback_fields.tpl", name=talkback.name, chosen=talkback.channel_id)
<button class="quiet">Save</button>
</form>
</section>
<section class="sheet" aria-labelledby="delete-title">
<h2 id="delete-title">Delete TalkBack</h2>
<p>This deletes the TalkBack with its commands and its key permanently.</p>
<form method="post" action="{{path}}/remove" class="stack">
% include("confirmation.tpl", words_to_type=f"delete {talkback.id}", id="delete")
<button class="quiet danger">Delete TalkBack</button>
</form>
</section>
</div>
