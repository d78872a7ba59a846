"""`thingclone pull` from a server that speaks as ThingSpeak does today, and from some that speak
badly.
"""

import json
import os
import signal
import ssl

import pytest

from tests.tools import need, run
from tests.transfer.thingspeak import (
    ThingSpeak,
    answering,
    breaking_off,
    hanging_up,
    serving,
)
from thingclone.channels import channels
from thingclone.database import execute
from thingclone.database.models import Channel, PulledWindow
from thingclone.transfer.remote import Remote

NOON = 1_714_564_800  # 2024-05-01 12:00:00 UTC


def regular(count: int, first: int = 1) -> list:
    """Entries that came in order, 15 seconds apart."""
    return [
        (number, NOON + 15 * number, {"field1": str(number), "field2": None if number % 3 else ""})
        for number in range(first, first + count)
    ]


@pytest.fixture
def thingspeak():
    return ThingSpeak()


@pytest.fixture
def source(thingspeak):
    with serving(thingspeak) as url:
        yield url


@pytest.fixture
def pull(command, source, gardener):
    """Runs the command without a pause: (exit status, its document)."""

    def run(*options: str) -> tuple[int, dict]:
        result = command("pull", source, "--channel", "9", "--pause", "0", "--json", *options)
        assert result.stderr == ""
        return result.exit_code, json.loads(result.stdout)

    return run


@pytest.fixture
def said(command, source, gardener):
    """Runs it where it is refused: the sentence."""

    def run(*options: str, url: str = "") -> str:
        result = command("pull", url or source, "--channel", "9", "--pause", "0", *options)
        assert (result.exit_code, result.stdout) == (1, "")
        lines = result.stderr.replace(source, "URL").splitlines()
        assert len(lines) == 1
        return lines[0].removeprefix("Error: ")

    return run


def stored(channel_id: int = 9) -> list:
    """The entries here, as they are in a ThingSpeak."""
    rows = execute(
        "SELECT entry_id, created_at, field1, field2 FROM entries WHERE channel_id = ?"
        " ORDER BY entry_id",
        (channel_id,),
    ).fetchall()
    return [
        (entry_id, created_at // 1_000_000, {"field1": field1, "field2": field2})
        for entry_id, created_at, field1, field2 in rows
    ]


def assert_marks_are_right(channel_id: int = 9):
    """Whether each entry knows of a newer one before it, and the counter of the newest."""
    newest, pointer = None, None
    rows = execute(
        "SELECT entry_id, created_at, overtaken_by, field1 FROM entries WHERE channel_id = ?"
        " ORDER BY entry_id",
        (channel_id,),
    ).fetchall()
    for entry_id, created_at, overtaken_by, value in rows:
        is_late = newest is not None and newest > created_at
        assert overtaken_by == (newest if is_late else None)
        newest = newest if is_late else created_at
        pointer = pointer if value is None else entry_id
    counted = execute(
        "SELECT newest_at, field1 FROM counters WHERE channel_id = ?", (channel_id,)
    ).fetchone()
    assert counted == (newest, pointer)


# --- what comes -----------------------------------------------------------------------------------


def test_settings_and_entries_come(thingspeak, pull, client, clock):
    thingspeak.entries = regular(20)
    place = {"latitude": "51.5000000", "longitude": "-0.12", "elevation": "35", "status": "well"}
    thingspeak.entries.append((21, NOON + 400, {"field1": 21.50, **place}))
    status, document = pull()
    assert (status, document["stored"], document["alike"]) == (0, 21, True)
    assert document["there"] == document["here"]
    assert document["here"] == {"entries": 21, "first_id": 1, "last_id": 21}
    assert stored()[:20] == thingspeak.entries[:20]
    channel = channels.complete_channel(9)
    assert (channel.name, channel.description, channel.url, channel.public, channel.labels) == (
        "Greenhouse",
        "two sensors",
        "http://garden.example",
        True,
        {"field1": "Temp", "field2": "Humidity"},
    )
    assert [tagging.tag.name for tagging in channel.taggings] == ["glass"]
    clock.set("2024-05-02 12:00:00")
    assert client.get("/channels/9/feeds.json?results=1&location=true&status=true").text == (
        '{"channel":{"id":9,"name":"Greenhouse","description":"two sensors","latitude":"51.5",'
        '"longitude":"-0.12","field1":"Temp","field2":"Humidity",'
        '"created_at":"2023-02-14T19:33:17Z","updated_at":"2023-02-15T08:00:00Z",'
        '"last_entry_id":21},"feeds":[{"created_at":"2024-05-01T12:06:40Z","entry_id":21,'
        '"field1":"21.5","field2":null,"latitude":"51.5","longitude":"-0.12","elevation":"35",'
        '"status":"well"}]}'
    )


def test_people_are_told_how_it_compares(thingspeak, command, source, gardener):
    thingspeak.entries = regular(20)
    del thingspeak.entries[4]
    result = command("pull", f"{source}/channels/9/feeds.json", "--channel", "9", "--pause", "0")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "Stored 19 entries in channel 9.\n"
        "                    there        here\n"
        "entries                19          19\n"
        "first entry             1           1\n"
        "last entry             20          20\n"
        "checksums               1           1 match\n"
        "IDs up to 20 without an entry there: 1.\n"
    )


def test_more_than_one_answer_holds_comes_window_by_window(thingspeak, pull):
    thingspeak.entries = regular(20_500)
    status, document = pull()
    assert (status, document["stored"], document["windows"]) == (0, 20_500, 3)
    assert stored() == thingspeak.entries
    assert len(thingspeak.requests) <= 8
    assert_marks_are_right()


def odd(count: int) -> list:
    """Entries with gaps between the numbers, equal times, late ones and early ones."""
    entries = []
    for number in range(1, count + 1):
        second = NOON + 15 * (number // 4 * 4)
        if number % 50 == 0:
            second -= 15 * 300
        if number % 333 == 0:
            second += 15 * 500
        if number % 77:
            entries.append((number, second, {"field1": str(number), "field2": None}))
    return entries


@pytest.mark.parametrize("cuts_oldest", [True, False])
@pytest.mark.parametrize("cap", [100, 250, 8000])
def test_late_ones_and_equal_times_and_gaps_come(thingspeak, pull, cap, cuts_oldest):
    thingspeak.entries = odd(1500)
    thingspeak.cap, thingspeak.cuts_oldest = cap, cuts_oldest
    status, document = pull()
    assert (status, document["alike"]) == (0, True)
    assert stored() == thingspeak.entries
    assert_marks_are_right()


@pytest.mark.parametrize("cuts_oldest", [True, False])
def test_more_in_one_second_than_an_answer_holds_come_one_by_one(thingspeak, pull, cuts_oldest):
    thingspeak.cap, thingspeak.cuts_oldest = 200, cuts_oldest
    thingspeak.entries = regular(150)
    crowd = [(number, NOON + 5000, {"field1": "x", "field2": None}) for number in range(151, 391)]
    del crowd[20]
    thingspeak.entries += crowd + [
        (number, NOON + 5000 + number, {"field1": "y", "field2": None})
        for number in range(391, 650)
    ]
    status, document = pull()
    assert (status, document["alike"]) == (0, True)
    assert stored() == thingspeak.entries
    singles = [path for path in thingspeak.requests if "/feeds/" in path]
    assert 39 <= len(singles) <= 55


def test_entries_of_the_future_come_too(thingspeak, pull):
    thingspeak.entries = [*regular(3), (4, 4_000_000_000, {"field1": "4", "field2": None})]
    pull()
    assert stored() == thingspeak.entries


def test_an_empty_channel_comes(thingspeak, pull, client):
    status, document = pull()
    assert (status, document["stored"], document["here"]["last_id"]) == (0, 0, None)
    assert client.get("/channels/9/feeds/last.json").text == "-1"
    thingspeak.entries = regular(3)
    assert pull()[1]["stored"] == 3


def test_only_what_has_a_label_there_can_come(thingspeak, pull):
    thingspeak.entries = [(1, NOON, {"field1": "1", "field3": "unseen"})]
    assert pull()[0] == 0
    assert execute("SELECT field1, field3 FROM entries").fetchall() == [("1", None)]


def test_a_value_that_is_too_long_is_cut_off_and_told(thingspeak, pull):
    thingspeak.entries = [(1, NOON, {"field1": "x" * 256, "field2": "a\0b"})]
    status, document = pull()
    assert (status, document["cut_off"]) == (0, 1)
    assert stored()[0][2] == {"field1": "x" * 255, "field2": "a\ufffdb"}


def test_an_entry_that_cannot_be_understood_is_named(thingspeak, pull):
    thingspeak.entries = [*regular(3), (4, NOON + 900, {"latitude": "north"})]
    status, document = pull()
    assert (status, document["stored"], document["alike"]) == (1, 3, False)
    assert document["unusable"] == {"4": "'north' is not a latitude or longitude in degrees"}


# --- who may read, whose it is --------------------------------------------------------------------


def test_a_private_channel_comes_with_a_read_key_and_stays_private(thingspeak, pull):
    thingspeak.entries, thingspeak.read_key = regular(3), "READKEY000000001"
    thingspeak.settings = None
    options = ("--write-key", "AQ3VKXN5TJ20ZLWM", "--read-key", "READKEY000000001")
    status, _ = pull("--api-key", "READKEY000000001", *options)
    channel = channels.complete_channel(9)
    assert (status, channel.public, channel.write_key) == (0, False, "AQ3VKXN5TJ20ZLWM")
    assert [key.api_key for key in channel.read_keys] == ["READKEY000000001"]
    assert not [path for path in thingspeak.requests if "READKEY" in path]


def test_devices_go_on_with_the_key_and_the_next_number(thingspeak, pull, client):
    thingspeak.entries = regular(20)
    pull("--write-key", "AQ3VKXN5TJ20ZLWM")
    update = {"api_key": "AQ3VKXN5TJ20ZLWM", "field1": "here"}
    assert client.get("/update", update).text == "21"
    assert client.get("/channels/9/fields/1/last.txt").text == "here"


def test_another_number_and_another_owner_can_be_chosen(thingspeak, pull, printed):
    printed("user", "add", "neighbour")
    thingspeak.entries = regular(3)
    pull("--as", "1417", "--user", "neighbour")
    assert len(stored(1417)) == 3
    assert channels.complete_channel(1417).user.login == "neighbour"


def test_a_channel_that_was_here_before_is_left_alone(thingspeak, said, add_channel):
    add_channel(channel_id=9)
    assert said() == ("channel 9 already exists and was not pulled: choose another ID with --as")


def test_a_number_holds_one_source(thingspeak, pull, said):
    pull()
    with serving(ThingSpeak()) as other:
        assert said(url=other) == (
            "channel 9 was pulled from channel 9 at URL: choose another with --as"
        )


def test_keys_are_not_changed_later(thingspeak, pull, said):
    pull("--write-key", "AQ3VKXN5TJ20ZLWM", "--read-key", "READKEY000000001")
    pull("--write-key", "aq3vkxn5tj20zlwm", "--read-key", "READKEY000000001")
    assert (
        said("--write-key", "OTHERKEY00000001")
        == "channel 9 already has another write key: omit --write-key"
    )
    assert (
        said("--read-key", "OTHERKEY00000001")
        == "channel 9 already has other read keys: omit --read-key"
    )


def test_other_fields_than_before_are_refused(thingspeak, pull, said):
    pull()
    thingspeak.channel["field3"] = "Light"
    assert said() == (
        "channel 9 there shows other fields (field1,field2,field3) than when it was pulled"
        " (field1,field2): remove channel 9 here and pull again"
    )


def test_a_channel_that_was_cleared_there_is_left_alone_here(thingspeak, pull, said):
    thingspeak.entries = regular(20)
    pull()
    thingspeak.entries = regular(3)
    assert said() == (
        "channel 9 there has fewer entries than when it was pulled, so it was cleared:"
        " remove channel 9 here, or choose another ID with --as"
    )
    assert len(stored()) == 20


# --- again ----------------------------------------------------------------------------------------


def test_run_again_it_fetches_what_is_new(thingspeak, pull):
    thingspeak.entries = regular(900)
    thingspeak.cap = 200
    pull()
    thingspeak.requests.clear()
    thingspeak.entries += regular(250, first=901)
    status, document = pull()
    assert (status, document["stored"], document["here"]["entries"]) == (0, 250, 1150)
    assert stored() == thingspeak.entries
    assert len(thingspeak.requests) < 9
    assert_marks_are_right()


def test_new_entries_with_old_times_are_found(thingspeak, pull):
    thingspeak.entries = regular(900)
    thingspeak.cap = 200
    pull()
    late = [(number, NOON + number, {"field1": "late", "field2": None}) for number in (901, 902)]
    thingspeak.entries += late
    status, document = pull()
    assert (status, document["stored"], document["alike"]) == (0, 2, True)
    assert stored() == thingspeak.entries
    assert_marks_are_right()


def test_what_was_interrupted_goes_on(thingspeak, pull, said):
    thingspeak.entries = regular(2000)
    thingspeak.cap = 200
    thingspeak.script = [None] * 6 + [answering(503, "")] * 6
    assert said().startswith("URL failed 6 times (status 503)")
    done = len(stored())
    assert 0 < done < 2000
    thingspeak.script = []
    thingspeak.requests.clear()
    status, document = pull()
    assert (status, document["stored"]) == (0, 2000 - done)
    assert stored() == thingspeak.entries
    assert len(thingspeak.requests) < 18
    assert_marks_are_right()


def test_ctrl_c_says_how_to_go_on(thingspeak, pull, command, source):
    def interrupt(handler):
        os.kill(os.getpid(), signal.SIGINT)
        hanging_up(handler)

    thingspeak.entries = regular(2000)
    thingspeak.cap = 200
    thingspeak.script = [None] * 6 + [interrupt]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        result = command("pull", source, "--channel", "9", "--pause", "0")
    finally:
        signal.signal(signal.SIGINT, before)
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "\nError: interrupted: run the same command again to continue where it stopped\n",
    )
    done = len(stored())
    assert 0 < done < 2000
    status, document = pull()
    assert (status, document["stored"], stored()) == (0, 2000 - done, thingspeak.entries)


def test_a_device_that_writes_here_already_is_named(thingspeak, pull, client):
    thingspeak.entries = regular(3)
    pull("--write-key", "AQ3VKXN5TJ20ZLWM")
    client.get("/update?api_key=AQ3VKXN5TJ20ZLWM&field1=here")
    thingspeak.entries += regular(2, first=4)
    status, document = pull()
    assert (status, document["number_taken"], document["stored"]) == (1, [4], 1)
    assert stored()[3][2]["field1"] == "here"


def test_with_room_such_entries_find_their_place(thingspeak, pull, client):
    thingspeak.entries = regular(3)
    pull("--write-key", "AQ3VKXN5TJ20ZLWM", "--room", "100")
    assert client.get("/update?api_key=AQ3VKXN5TJ20ZLWM&field1=here").text == "104"
    thingspeak.entries += regular(2, first=4)
    status, document = pull()
    assert (status, document["stored"], document["alike"]) == (0, 2, True)
    assert stored()[:5] == thingspeak.entries
    assert client.get("/update?api_key=AQ3VKXN5TJ20ZLWM&field1=here").text == "105"


def test_what_is_missing_here_is_told_and_can_be_fetched_anew(thingspeak, pull):
    thingspeak.entries = regular(500)
    thingspeak.cap = 200
    pull()
    execute("DELETE FROM entries WHERE channel_id = 9 AND entry_id BETWEEN 20 AND 25")
    execute("UPDATE entries SET field1 = 'changed' WHERE entry_id = 150")
    status, document = pull()
    assert (status, document["alike"]) == (1, False)
    assert document["there"]["entries"] - document["here"]["entries"] == 6
    oldest, newer = document["differences"]
    assert oldest["window"].startswith("1970-01-01 00:00:00 UTC to 2024-05-01 12:")
    assert (oldest["there"] - oldest["here"], newer["there"] - newer["here"]) == (6, 0)
    status, document = pull("--anew")
    assert (status, document["stored"], document["number_taken"]) == (1, 6, [150])
    assert [entry for entry in stored() if entry[0] != 150] == [
        entry for entry in thingspeak.entries if entry[0] != 150
    ]


def test_windows_are_noted_without_gaps_between_them(thingspeak, pull):
    thingspeak.entries, thingspeak.cap = odd(1500), 200
    pull()
    windows = sorted(PulledWindow.select(PulledWindow.first, PulledWindow.last).tuples())
    assert [last + 1 for _, last in windows[:-1]] == [first for first, _ in windows[1:]]
    assert (windows[0][0], windows[-1][1]) == (0, 4_102_444_800)


# --- a server that answers badly ------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [
        answering(500, "oops"),
        answering(503, "<html>busy</html>"),
        answering(429, "0", Retry_After="0"),
        answering(200, '{"channel":'),
        answering(200, ""),
        breaking_off,
        hanging_up,
    ],
)
def test_a_bad_moment_passes(thingspeak, pull, trouble):
    thingspeak.entries = regular(3)
    thingspeak.script = [trouble] * 5
    assert pull()[0] == 0
    assert stored() == thingspeak.entries


WEB_PAGE = (
    "URL answers with a web page: give the URL of the API, such as https://api.thingspeak.com"
)


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (
            answering(400, "-1"),
            "channel 9 is private at URL: give one of its read keys with --api-key",
        ),
        (
            answering(200, "-1"),
            "channel 9 is private at URL: give one of its read keys with --api-key",
        ),
        (
            answering(404, '{"status":"404"}'),
            "there is no channel 9 at URL: check the ID and the URL",
        ),
        (answering(200, "<!DOCTYPE html><html></html>"), WEB_PAGE),
        (
            answering(200, '{"feeds":[]}'),
            "URL does not describe the channel: is it a ThingSpeak server?",
        ),
        (answering(200, "[]"), "URL does not answer with a feed"),
        (answering(200, '{"channel":{},"feeds":7}'), "URL does not answer with a feed"),
        (
            answering(200, '{"channel":{},"feeds":[7]}'),
            "the server returned entries without an ID",
        ),
        (
            answering(200, '{"channel":{},"feeds":[{"created_at":"2024-05-01"}]}'),
            "the server returned entries without an ID",
        ),
        (answering(418, "teapot"), "URL answers with status 418: is it a ThingSpeak server?"),
        (
            answering(302, "", Location="http://other.example/channels/9/feeds.json"),
            "the server redirects to http://other.example/channels/9/feeds.json: pull from there",
        ),
    ],
)
def test_what_the_server_says_no_to_is_one_sentence(thingspeak, said, trouble, sentence):
    thingspeak.script = [trouble]
    assert said() == sentence
    assert not Channel.select().exists()


def test_a_key_of_another_channel_is_told(thingspeak, said):
    thingspeak.read_key = "READKEY000000001"
    assert said("--api-key", "OTHERKEY00000001") == (
        "URL does not accept this key for channel 9: use a read key of that channel"
    )


def test_trouble_that_does_not_end_is_told(thingspeak, said):
    thingspeak.script = [answering(502, "")] * 6
    assert said() == (
        "URL failed 6 times (status 502): run the same command again later to continue"
        " where it stopped"
    )
    assert len(thingspeak.requests) == 6


def test_a_server_that_is_not_there_is_told(said, port):
    assert "Connection refused): run the same command again later" in said(
        url=f"http://127.0.0.1:{port}"
    )


def test_a_server_that_cannot_prove_who_it_is_is_told(said, tmp_path):
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", *files]
    run(need("openssl"), *asked)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    with serving(ThingSpeak(), context) as url:
        url = url.replace("http:", "https:")
        assert said(url=url) == f"the certificate of {url} is not valid: self-signed certificate"


@pytest.mark.parametrize("url", ["api.thingspeak.com", "ftp://api.thingspeak.com", "http://"])
def test_an_address_that_is_none_is_told(said, url):
    assert said(url=url) == f"{url!r} is not a URL: write it like https://api.thingspeak.com"


def test_a_server_that_does_not_understand_the_question_is_told(thingspeak, said):
    thingspeak.entries = regular(300)
    answered = thingspeak.answer
    thingspeak.answer = lambda path, params: answered(path, {"results": params.get("results", "2")})
    assert said() == "the server returned other entries than requested"


def test_it_is_polite(thingspeak):
    thingspeak.entries = regular(3)
    waits = []
    with serving(thingspeak) as url:
        remote = Remote(url, 9, pause=2.0, wait=waits.append)
        remote.feed()
        remote.feed()
        assert waits == [2.0]
        thingspeak.script = [answering(500, ""), answering(429, "", Retry_After="30")]
        remote.feed()
    assert waits == [2.0, 2.0, 4.0, 30.0, 8.0]
    assert {headers["Accept-Encoding"] for headers in thingspeak.headers} == {"gzip"}
    assert thingspeak.headers[0]["User-Agent"].startswith("ThingClone/")


def test_a_shell_pulls_again_and_again(thingspeak, source, shell):
    thingspeak.entries = regular(3)
    line = f"thingclone pull {source} --channel 9 --pause 0"
    status, output, errors = shell(f"{line} && {line} --json")
    assert (status, errors) == (0, "")
    assert output.startswith("Stored 3 entries in channel 9.\n")
    document = json.loads(output.splitlines()[-1])
    assert (document["stored"], document["alike"]) == (0, True)
    assert shell(f"{line} --api-key WRONG")[0] == 1


def test_entries_that_no_list_shows_are_told(thingspeak, pull):
    thingspeak.entries, shown = regular(300), regular(200)
    in_lists = thingspeak.some
    thingspeak.some = lambda params: [one for one in in_lists(params) if one in shown]
    status, document = pull()
    assert (status, document["alike"]) == (1, False)
    assert document["unusable"] == {"300": "the server does not list it"}
