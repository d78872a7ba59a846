"""TalkBack: every call in every format (contract, section 13; traps 34 and 35 of section 18)."""

import pytest

from thingclone.accounts import users
from thingclone.apps import commands, talkback
from thingclone.database.models import Command, Entry, TalkBack
from thingclone.errors import Conflict, NoSuchThing

KEY = "TALKBACKKEY00001"
COMMANDS = "/talkbacks/1/commands"


@pytest.fixture
def ask(client, door_talkback):
    """A function that asks the TalkBack with its key."""

    def ask(method: str, path: str = "", **params):
        query = "&".join(f"{name}={value}" for name, value in {"api_key": KEY, **params}.items())
        return client.request(f"{COMMANDS}{path}?{query}", method=method)

    return ask


@pytest.fixture
def queue(ask):
    """A function that queues these commands."""

    def queue(*commands: str):
        for command in commands:
            assert ask("POST", command_string=command).status_int == 200

    return queue


@pytest.fixture
def waiting(ask):
    """A function that tells what is waiting: (position, command)."""

    def waiting() -> list[tuple[int, str]]:
        return [(one["position"], one["command_string"]) for one in ask("GET", ".json").json]

    return waiting


def xml(text: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


NOT_FOUND_XML = xml(
    """<hash>
  <status>404</status>
  <error>
    <error-code>error_resource_not_found</error-code>
    <message>Resource Not Found</message>
    <details>The requested resource was not found. Please check the URL and try again.</details>
  </error>
</hash>
"""
)
NOT_FOUND_JSON = (
    '{"status":"404","error":{"error_code":"error_resource_not_found",'
    '"message":"Resource Not Found",'
    '"details":"The requested resource was not found. Please check the URL and try again."}}'
)
AUTH_REQUIRED_JSON = (
    '{"status":"401","error":{"error_code":"error_auth_required",'
    '"message":"Authorization Required",'
    '"details":"Please provide proper authentication details."}}'
)
AUTH_REQUIRED_XML = xml(
    """<hash>
  <status>401</status>
  <error>
    <error-code>error_auth_required</error-code>
    <message>Authorization Required</message>
    <details>Please provide proper authentication details.</details>
  </error>
</hash>
"""
)

# --- adding ---------------------------------------------------------------------------------------


def test_add_answers_with_the_bare_number_of_the_command(ask):
    answer = ask("POST", command_string="PUMPON")
    assert (answer.status, answer.body) == ("200 OK", b"1")
    assert answer.headers["Content-Length"] == "1"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert ask("POST", ".txt", command_string="PUMPOFF").body == b"2"


def test_add_answers_in_json(ask, clock):
    clock.set("2024-10-04T11:51:55Z")
    answer = ask("POST", ".json", command_string="PUMPON")
    assert answer.text == (
        '{"executed_at":null,"position":1,"id":1,"command_string":"PUMPON",'
        '"created_at":"2024-10-04T11:51:55Z"}'
    )
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_add_answers_in_xml(ask):
    answer = ask("POST", ".xml", command_string="PUMPON")
    assert answer.text == xml(
        """<command>
  <command-string>PUMPON</command-string>
  <position type="integer">1</position>
  <executed-at nil="true"></executed-at>
  <id type="integer">1</id>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
</command>
"""
    )
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"


def test_key_and_command_may_come_in_a_form_or_as_json(client, door_talkback, waiting):
    form = {"api_key": KEY, "command_string": "FORM", "position": "1"}
    assert client.post(f"{COMMANDS}.json", form).json["command_string"] == "FORM"
    body = {"api_key": KEY, "command_string": 7, "position": 1}
    assert client.post_json(f"{COMMANDS}.json", body).json["command_string"] == "7"
    assert waiting() == [(1, "7"), (2, "FORM")]


def test_without_a_position_a_command_goes_to_the_end(queue, waiting):
    queue("A", "B", "C")
    assert waiting() == [(1, "A"), (2, "B"), (3, "C")]


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ("1", [(1, "NEW"), (2, "A"), (3, "B"), (4, "C")]),
        ("2", [(1, "A"), (2, "NEW"), (3, "B"), (4, "C")]),
        ("4", [(1, "A"), (2, "B"), (3, "C"), (4, "NEW")]),
        ("9", [(1, "A"), (2, "B"), (3, "C"), (9, "NEW")]),
        ("0", [(1, "NEW"), (2, "A"), (3, "B"), (4, "C")]),
        ("-3", [(1, "NEW"), (2, "A"), (3, "B"), (4, "C")]),
        ("front", [(1, "NEW"), (2, "A"), (3, "B"), (4, "C")]),
        ("", [(1, "A"), (2, "B"), (3, "C"), (4, "NEW")]),
        ("9" * 50, [(1, "A"), (2, "B"), (3, "C"), (8000, "NEW")]),
    ],
)
def test_a_position_shifts_those_from_there_on(ask, queue, waiting, position, expected):
    queue("A", "B", "C")
    added = ask("POST", ".json", command_string="NEW", position=position).json
    assert waiting() == expected
    assert (added["position"], "NEW") in expected


def test_positions_hold_after_commands_were_executed(ask, queue, waiting):
    queue("A", "B", "C", "D")
    ask("GET", "/execute")
    assert waiting() == [(1, "B"), (2, "C"), (3, "D")]
    ask("POST", command_string="NEW", position="2")
    assert waiting() == [(1, "B"), (2, "NEW"), (3, "C"), (4, "D")]
    queue("END")
    assert waiting()[-1] == (5, "END")


def test_a_long_command_is_cut_off_with_a_reason(ask):
    answer = ask("POST", ".json", command_string="x" * 256)
    assert answer.json["command_string"] == "x" * 255
    reason = "command_string was truncated to 255 characters"
    assert answer.headers["X-ThingClone-Reason"] == reason


def test_a_command_may_be_any_text(client, door_talkback, ask):
    text = 'Größe <b>"1,5"</b> & 温室'
    client.post(COMMANDS, {"api_key": KEY, "command_string": text})
    assert ask("GET", "/1").text == text
    assert ask("GET", "/1.json").json["command_string"] == text
    assert "\\u003cb\\u003e" in ask("GET", "/1.json").text
    assert "<command-string>Größe &lt;b&gt;&quot;1,5&quot;&lt;/b&gt; &amp; 温室<" in (
        ask("GET", "/1.xml").text
    )


def test_a_command_without_text_is_an_empty_one(ask, waiting):
    assert ask("POST").text == "1"
    assert ask("POST", command_string="").text == "2"
    assert waiting() == [(1, ""), (2, "")]


def test_more_than_8000_are_refused(ask, door_talkback, queue):
    rows = [
        {"talkback": 1, "command_string": f"C{place}", "place": place, "created_at": 0}
        for place in range(1, 8001)
    ]
    for first in range(0, 8000, 1000):
        Command.insert_many(rows[first : first + 1000]).execute()
    answer = ask("POST", ".json", command_string="one more")
    assert (answer.status_int, answer.json["error"]["error_code"]) == (409, "error_conflict")
    reason = "TalkBack 1 is full: 8000 commands are waiting"
    assert answer.headers["X-ThingClone-Reason"] == reason
    assert ask("GET", "/execute").text == "C1"
    queue("one more")
    listed = ask("GET", ".json").json
    assert [listed[0]["command_string"], listed[-1]["position"], len(listed)] == ["C2", 8000, 8000]


# --- getting --------------------------------------------------------------------------------------


def test_get_one_in_every_format(ask, queue):
    queue("A", "B")
    for suffix in ("", ".txt", ".text", ".html"):
        answer = ask("GET", f"/2{suffix}")
        assert (answer.text, answer.headers["Content-Type"]) == ("B", "text/plain; charset=utf-8")
    assert ask("GET", "/2.json").text == (
        '{"executed_at":null,"position":2,"id":2,"command_string":"B",'
        '"created_at":"2024-05-01T12:00:00Z"}'
    )
    assert ask("GET", "/2.xml").text == xml(
        """<command>
  <command-string>B</command-string>
  <position type="integer">2</position>
  <executed-at nil="true"></executed-at>
  <id type="integer">2</id>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
</command>
"""
    )


def test_a_script_gets_json_as_a_call(ask, queue):
    queue("A")
    assert ask("GET", "/1.json", callback="go").text.startswith('go({"executed_at":null,')
    assert ask("GET", ".json", callback="go").text.startswith('go([{"executed_at":null,')
    assert ask("GET", "/1", callback="go").text == "A"


def test_times_in_the_zone_that_is_asked_for(ask, queue):
    queue("A")
    assert ask("GET", "/1.json", timezone="Europe/Rome").json["created_at"] == (
        "2024-05-01T14:00:00+02:00"
    )
    assert ask("GET", "/execute.json", offset="-5").json["executed_at"] == (
        "2024-05-01T07:00:00-05:00"
    )


@pytest.mark.parametrize("path", ["/2", "/0", "/99999999999999999999"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_command_is_404(ask, queue, method, path):
    queue("A")
    for suffix, text in {
        "": "error_resource_not_found",
        ".json": NOT_FOUND_JSON,
        ".xml": NOT_FOUND_XML,
    }.items():
        answer = ask(method, f"{path}{suffix}", command_string="x")
        assert (answer.status_int, answer.text) == (404, text)


def test_a_command_of_another_talkback_is_404(gardener, ask, queue, clock):
    other = talkback.add_talkback(gardener, "Window", clock())
    queue("A")
    with pytest.raises(NoSuchThing, match=f"TalkBack {other.id} has no command 1"):
        commands.command(other, 1)
    with pytest.raises(NoSuchThing):
        commands.remove_command(other, 1)
    assert ask("GET", "/1").text == "A"


def test_list_in_json_and_xml(ask, queue):
    queue("A", "B")
    ask("GET", "/execute")
    json_text = (
        '[{"executed_at":null,"position":1,"id":2,"command_string":"B",'
        '"created_at":"2024-05-01T12:00:00Z"}]'
    )
    assert ask("GET", ".json").text == json_text
    assert ask("GET").text == json_text
    assert ask("GET", ".xml").text == xml(
        """<commands type="array">
  <command>
    <command-string>B</command-string>
    <position type="integer">1</position>
    <executed-at nil="true"></executed-at>
    <id type="integer">2</id>
    <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
  </command>
</commands>
"""
    )


def test_an_empty_list(ask):
    assert ask("GET", ".json").text == "[]"
    assert ask("GET", ".xml").text == xml('<commands type="array"/>\n')


# --- executing ------------------------------------------------------------------------------------


def test_execute_answers_with_the_command_as_text(ask, queue):
    queue("PUMPON", "PUMPOFF")
    answer = ask("GET", "/execute")
    assert (answer.status, answer.body) == ("200 OK", b"PUMPON")
    assert answer.headers["Content-Length"] == "6"
    assert ask("POST", "/execute.txt").body == b"PUMPOFF"


def test_execute_answers_in_json(ask, queue, clock):
    queue("PUMPON")
    clock.set("2024-10-04T11:52:05Z")
    assert ask("POST", "/execute.json").text == (
        '{"executed_at":"2024-10-04T11:52:05Z","position":null,"id":1,'
        '"command_string":"PUMPON","created_at":"2024-05-01T12:00:00Z"}'
    )


def test_execute_answers_in_xml(ask, queue, clock):
    clock.set("2024-10-04T11:51:55Z")
    queue("PUMPON")
    clock.set("2024-10-04T11:52:05Z")
    assert ask("GET", "/execute.xml").text == xml(
        """<command>
  <command-string>PUMPON</command-string>
  <position nil="true"></position>
  <executed-at type="dateTime">2024-10-04T11:52:05Z</executed-at>
  <id type="integer">1</id>
  <created-at type="dateTime">2024-10-04T11:51:55Z</created-at>
</command>
"""
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_empty_queue_is_no_failure(ask, method):
    for suffix, body in {
        "": b"",
        ".txt": b"",
        ".json": b"{}",
        ".xml": b'<?xml version="1.0" encoding="UTF-8"?>\n<hash></hash>',
    }.items():
        answer = ask(method, f"/execute{suffix}")
        assert (answer.status, answer.body) == ("200 OK", body)
        assert answer.headers["Content-Length"] == str(len(body))


def test_commands_are_executed_in_the_order_of_their_positions(ask, queue):
    queue("A", "B")
    ask("POST", command_string="URGENT", position="1")
    ask("POST", command_string="LATE", position="40")
    queue("C")
    executed = [ask("GET", "/execute").text for _ in range(6)]
    assert executed == ["URGENT", "A", "B", "LATE", "C", ""]


def test_an_executed_command_is_still_there_with_its_time(ask, queue, clock):
    queue("A")
    clock.advance(5)
    ask("GET", "/execute")
    assert ask("GET", "/1.json").json == {
        "executed_at": "2024-05-01T12:00:05Z",
        "position": None,
        "id": 1,
        "command_string": "A",
        "created_at": "2024-05-01T12:00:00Z",
    }


def test_the_last_executed_one(ask, queue, clock):
    queue("A", "B", "C")
    ask("GET", "/execute")
    clock.advance(-60)  # a clock that is set back does not change what came last
    ask("GET", "/execute")
    assert ask("GET", "/last").text == "B"
    assert ask("GET", "/last.json").text == (
        '{"executed_at":"2024-05-01T11:59:00Z","position":null,"id":2,'
        '"command_string":"B","created_at":"2024-05-01T12:00:00Z"}'
    )
    assert ask("GET", "/last.xml").text == xml(
        """<command>
  <command-string>B</command-string>
  <position nil="true"></position>
  <executed-at type="dateTime">2024-05-01T11:59:00Z</executed-at>
  <id type="integer">2</id>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
</command>
"""
    )


def test_before_the_first_there_is_no_last(ask, queue):
    queue("A")
    for suffix, text in {
        "": "error_resource_not_found",
        ".json": NOT_FOUND_JSON,
        ".xml": NOT_FOUND_XML,
    }.items():
        answer = ask("GET", f"/last{suffix}")
        assert (answer.status_int, answer.text) == (404, text)
        assert answer.headers["X-ThingClone-Reason"] == (
            "no command of TalkBack 1 has been executed yet"
        )


def test_the_last_hundred_are_remembered(ask, queue, door_talkback):
    queue(*map(str, range(105)))
    for _ in range(103):
        ask("GET", "/execute")
    remembered = commands.executed_commands(door_talkback)
    assert [command.command_string for command in remembered] == [
        str(number) for number in range(102, 2, -1)
    ]
    assert Command.select().count() == 102


def test_a_new_command_may_be_queued_while_none_waits(ask, queue, waiting):
    for name in ("A", "B", "C"):
        queue(name)
        assert waiting() == [(1, name)]
        assert ask("GET", "/execute").text == name
    assert ask("GET", "/execute").text == ""


# --- noting in a channel --------------------------------------------------------------------------


def test_executed_commands_are_noted_as_statuses(client, gardener, channel, clock):
    noting = talkback.add_talkback(gardener, "Door", clock(), channel.id, api_key=KEY)
    read = {"api_key": channel.read_key, "status": "true"}
    client.post(COMMANDS, {"api_key": KEY, "command_string": "OPENDOOR"})
    client.get("/update", {"api_key": channel.write_key, "field1": "1"})
    clock.advance(1)
    assert client.get(f"{COMMANDS}/execute", {"api_key": KEY}).text == "OPENDOOR"
    assert client.get(f"{COMMANDS}/execute", {"api_key": KEY}).text == ""
    assert client.get("/channels/1/feeds/last.json", read).text == (
        '{"created_at":"2024-05-01T12:00:01Z","entry_id":2,"field1":null,"field2":null,'
        '"status":"OPENDOOR"}'
    )
    assert client.get("/channels/1/fields/1/last", read).text == "1"
    talkback.change_talkback(noting, "Door", None)
    client.post(COMMANDS, {"api_key": KEY, "command_string": "CLOSEDOOR"})
    client.get(f"{COMMANDS}/execute", {"api_key": KEY})
    assert Entry.select().count() == 2


def test_a_channel_that_is_removed_is_noted_in_no_more(client, gardener, channel, clock):
    talkback.add_talkback(gardener, "Door", clock(), channel.id, api_key=KEY)
    channel.delete_instance()
    client.post(COMMANDS, {"api_key": KEY, "command_string": "OPENDOOR"})
    assert client.get(f"{COMMANDS}/execute", {"api_key": KEY}).text == "OPENDOOR"
    assert TalkBack.get().channel_id is None


# --- changing -------------------------------------------------------------------------------------


def test_change_the_text(ask, queue, waiting):
    queue("A", "B")
    assert ask("PUT", "/2", command_string="NEW").text == "NEW"
    assert ask("PATCH", "/1.json", command_string="OTHER").text == (
        '{"executed_at":null,"position":1,"id":1,"command_string":"OTHER",'
        '"created_at":"2024-05-01T12:00:00Z"}'
    )
    assert ask("PUT", "/1.xml", command_string="THIRD").text == xml(
        """<command>
  <command-string>THIRD</command-string>
  <position type="integer">1</position>
  <executed-at nil="true"></executed-at>
  <id type="integer">1</id>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
</command>
"""
    )
    assert waiting() == [(1, "THIRD"), (2, "NEW")]


@pytest.mark.parametrize(
    ("number", "position", "expected"),
    [
        (1, 3, [(1, "B"), (2, "C"), (3, "A"), (4, "D")]),
        (4, 1, [(1, "D"), (2, "A"), (3, "B"), (4, "C")]),
        (2, 2, [(1, "A"), (2, "B"), (3, "C"), (4, "D")]),
        (2, 9, [(1, "A"), (2, "C"), (3, "D"), (9, "B")]),
    ],
)
def test_change_the_position(ask, queue, waiting, number, position, expected):
    queue("before", "A", "B", "C", "D")
    ask("GET", "/execute")
    assert ask("PUT", f"/{number + 1}.json", position=position).json["position"] == position
    assert waiting() == expected


def test_an_executed_command_gets_no_position(ask, queue, waiting):
    queue("A", "B")
    ask("GET", "/execute")
    answer = ask("PUT", "/1.json", position="1", command_string="DONE").json
    assert (answer["position"], answer["command_string"]) == (None, "DONE")
    assert waiting() == [(1, "B")]
    assert ask("GET", "/last").text == "DONE"


def test_a_change_of_nothing_changes_nothing(ask, queue, waiting):
    queue("A")
    assert ask("PUT", "/1").text == "A"
    assert waiting() == [(1, "A")]


# --- deleting -------------------------------------------------------------------------------------


def test_delete_one(ask, queue, waiting):
    queue("A", "B", "C", "D")
    assert ask("DELETE", "/2").text == "B"
    assert waiting() == [(1, "A"), (2, "C"), (3, "D")]
    assert ask("DELETE", "/1.json").text == (
        '{"executed_at":null,"position":1,"id":1,"command_string":"A",'
        '"created_at":"2024-05-01T12:00:00Z"}'
    )
    assert ask("DELETE", "/4.xml").text == xml(
        """<command>
  <command-string>D</command-string>
  <position type="integer">2</position>
  <executed-at nil="true"></executed-at>
  <id type="integer">4</id>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
</command>
"""
    )
    assert waiting() == [(1, "C")]
    assert ask("DELETE", "/4").status_int == 404


def test_delete_an_executed_one(ask, queue, waiting):
    queue("A", "B", "C")
    ask("GET", "/execute")
    ask("GET", "/execute")
    assert ask("DELETE", "/2").text == "B"
    assert ask("GET", "/last").text == "A"
    assert waiting() == [(1, "C")]


@pytest.mark.parametrize("path", ["", "/destroy_all"])
def test_delete_all(ask, queue, waiting, path):
    for suffix, text in {
        "": "",
        ".json": "[]",
        ".xml": xml('<commands type="array"/>\n'),
    }.items():
        queue("A", "B")
        ask("GET", "/execute")
        answer = ask("DELETE", f"{path}{suffix}")
        assert (answer.status_int, answer.text) == (200, text)
        assert waiting() == []
        assert ask("GET", "/last").status_int == 404
    queue("NEW")
    assert waiting() == [(1, "NEW")]
    assert ask("GET", "/execute").text == "NEW"


# --- keys -----------------------------------------------------------------------------------------

CALLS = [
    ("POST", ""),
    ("GET", ""),
    ("DELETE", ""),
    ("DELETE", "/destroy_all"),
    ("GET", "/execute"),
    ("POST", "/execute"),
    ("GET", "/last"),
    ("GET", "/1"),
    ("PUT", "/1"),
    ("PATCH", "/1"),
    ("DELETE", "/1"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_wrong_key_is_401(client, ask, queue, channel, gardener, waiting, method, path):
    queue("A", "B")
    for key in ("", "WRONG", channel.write_key, channel.read_key, gardener.api_key):
        for suffix, text in {
            "": "error_auth_required",
            ".json": AUTH_REQUIRED_JSON,
            ".xml": AUTH_REQUIRED_XML,
        }.items():
            url = f"{COMMANDS}{path}{suffix}?api_key={key}&command_string=C"
            answer = client.request(url, method=method)
            assert (answer.status_int, answer.text) == (401, text)
    assert waiting() == [(1, "A"), (2, "B")]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_an_unknown_talkback_is_404(client, door_talkback, method, path):
    for number in ("0", "2", "99999999999999999999"):
        url = f"/talkbacks/{number}/commands{path}.json?api_key={KEY}"
        answer = client.request(url, method=method)
        assert (answer.status_int, answer.text) == (404, NOT_FOUND_JSON)


@pytest.mark.parametrize("name", ["key", "api_key", "apikey"])
def test_the_key_as_any_parameter(client, queue, name):
    queue("A", "B")
    assert client.get(f"{COMMANDS}/execute", {name: KEY}).text == "A"
    assert client.post(f"{COMMANDS}/execute", {name: f" {KEY.lower()} "}).text == "B"


@pytest.mark.parametrize(
    "name", ["X-THINGSPEAKAPIKEY", "THINGSPEAKAPIKEY", "X-ThingSpeakAPIKey-Talkback"]
)
def test_the_key_as_any_header(client, queue, name):
    queue("A")
    headers = {name: KEY}
    assert client.get(f"{COMMANDS}/execute?api_key=WRONG", headers=headers).text == "A"


def test_a_wrong_header_is_not_rescued_by_a_right_parameter(client, queue):
    queue("A")
    headers = {"X-THINGSPEAKAPIKEY": "WRONG"}
    url = f"{COMMANDS}/execute?api_key={KEY}"
    assert client.get(url, headers=headers).status_int == 401
    assert client.get(url).text == "A"


def test_a_format_that_is_not_offered_executes_nothing(ask, queue, waiting):
    queue("A")
    for suffix in (".csv", ".JSON", ".png"):
        answer = ask("GET", f"/execute{suffix}")
        assert (answer.status_int, answer.body) == (406, b"")
    assert waiting() == [(1, "A")]


def test_accept_chooses_the_format(client, queue):
    queue("A")
    accepted = {"Accept": "application/json"}
    answer = client.get(f"{COMMANDS}/execute?api_key={KEY}", headers=accepted)
    assert answer.json["command_string"] == "A"


# --- managing -------------------------------------------------------------------------------------


def test_a_talkback_belongs_to_its_user(gardener, door_talkback, clock):
    neighbour = users.add_user("neighbour", clock())
    assert talkback.talkback_of(gardener, 1) == door_talkback
    assert talkback.talkbacks_of(gardener) == [door_talkback]
    assert talkback.talkbacks_of(neighbour) == []
    with pytest.raises(NoSuchThing, match="no TalkBack 1"):
        talkback.talkback_of(neighbour, 1)


def test_it_notes_in_channels_of_its_user_alone(gardener, channel, clock):
    neighbour = users.add_user("neighbour", clock())
    with pytest.raises(NoSuchThing, match="neighbour has no channel 1"):
        talkback.add_talkback(neighbour, "Door", clock(), channel.id)
    with pytest.raises(NoSuchThing, match="gardener has no channel 99999999999"):
        talkback.add_talkback(gardener, "Door", clock(), 99999999999)
    assert TalkBack.select().count() == 0


def test_a_new_key_replaces_the_old_one_at_once(client, queue, door_talkback):
    queue("A")
    new = talkback.renew_key(door_talkback)
    assert client.get(f"{COMMANDS}/execute", {"api_key": KEY}).status_int == 401
    assert client.get(f"{COMMANDS}/execute", {"api_key": new}).text == "A"


def test_a_key_opens_one_thing(gardener, add_channel, door_talkback, clock):
    sentence = r"the write key TALK\.\.\. is taken: it is the key of TalkBack 1"
    with pytest.raises(Conflict, match=sentence):
        add_channel(write_key=KEY)
    with pytest.raises(Conflict, match=r"the key talk\.\.\. is taken: it is the key of TalkBack 1"):
        talkback.add_talkback(gardener, "Window", clock(), api_key=KEY.lower())


def test_who_goes_takes_talkbacks_along(client, gardener, door_talkback, queue):
    queue("A")
    gardener.delete_instance()
    assert (TalkBack.select().count(), Command.select().count()) == (0, 0)


def test_a_removed_talkback_is_unknown(client, queue, door_talkback):
    queue("A")
    talkback.remove_talkback(door_talkback)
    assert client.get(f"{COMMANDS}/execute", {"api_key": KEY}).status_int == 404
    assert Command.select().count() == 0
