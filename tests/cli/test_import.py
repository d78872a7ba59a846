"""`thingclone import`: what files are understood, what is refused of them, and that nothing comes
twice.
"""

import json

import pytest

from thingclone.database import execute
from thingclone.database.models import FIELD_NAMES, Channel

NAMES = ("created_at", *FIELD_NAMES, "latitude", "longitude", "elevation", "status")


@pytest.fixture
def imported(channel, printed, tmp_path):
    """Imports a file with this text into channel 1; the entries of the channel afterwards."""

    def run(text: str | bytes, *options: str) -> list[tuple]:
        file = tmp_path / "data"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        printed("import", "1", str(file), *options)
        return entries()

    return run


def entries() -> list[tuple]:
    """(entry id, time, and what is in field1 and so on up to the last that has something)."""
    rows = execute(
        f"SELECT entry_id, {', '.join(NAMES)} FROM entries ORDER BY channel_id, entry_id"
    ).fetchall()
    return [shortened(row) for row in rows]


def shortened(row: tuple) -> tuple:
    while row[-1] is None:
        row = row[:-1]
    return row


NOON = 1_714_564_800_000_000  # 2024-05-01 12:00:00 UTC
MINUTE = 60_000_000


# --- what is understood ---------------------------------------------------------------------------

TWO = [(1, NOON, "21.5", "40"), (2, NOON + MINUTE, "21.75")]


@pytest.mark.parametrize(
    "text",
    [
        # An export of ours, of the service, and the answer of feeds.csv.
        "created_at,entry_id,field1,field2,field3\n"
        "2024-05-01T12:00:00+00:00,1,21.5,40,\n2024-05-01T12:01:00+00:00,2,21.75,,\n",
        "created_at,entry_id,field1,field2,latitude,longitude,elevation,status\n"
        "2024-05-01 12:00:00 UTC,317,21.5,40,,,,\n2024-05-01 12:01:00 UTC,318,21.75,,,,,\n",
        # Without a header line, also with the entry id of an export.
        "2024-05-01T12:00:00Z,21.5,40\n2024-05-01T12:01:00Z,21.75\n",
        "2024-05-01T12:00:00Z,7,21.5,40,,,,,,,,,,\n2024-05-01T12:01:00Z,8,21.75,,,,,,,,,,,\n",
        "2024-05-01T12:00:00Z,21.5,40\n\n2024-05-01T12:01:00Z,21.75,,,,,,,,,,,\n",
        # Any order, any case, other names.
        "FIELD2,Field1,Created_At\n40,21.5,2024-05-01T12:00:00Z\n,21.75,2024-05-01T12:01:00Z\n",
        "Field 2,field-1,Timestamp\n40,21.5,1714564800\n,21.75,1714564860\n",
        # By the labels of the channel.
        "time,humidity,Temperature\n1714564800000,40,21.5\n1714564860000,,21.75\n",
        # By their place, where no name is known.
        "Zeit,Wärme,Feuchte\n01.05.2024 12:00:00,21.5,40\n01.05.2024 12:01:00,21.75\n",
        "date,a,b\n2024-05-01 12:00,21.5,40\n2024-05-01 12:01,21.75,\n",
        # What is not known is ignored, and a name counts once.
        "created_at,note,field1,field2,field1\n"
        "2024-05-01T12:00:00Z,x,21.5,40,9\n2024-05-01T12:01:00Z,y,21.75,,9\n",
        # Spreadsheets: other separators, ends of lines, byte order marks, empty lines.
        "created_at;field1;field2\r\n2024-05-01 12:00:00;21.5;40\r\n2024-05-01 12:01:00;21.75;\r\n",
        "created_at\tfield1\tfield2\n2024-05-01 12:00:00\t21.5\t40\n2024-05-01 12:01:00\t21.75\t\n",
        "\ufeffcreated_at,field1,field2\n2024-05-01T12:00:00Z,21.5,40\n2024-05-01T12:01:00Z,21.75",
        "\n\ncreated_at,field1,field2\n\n2024-05-01T12:00:00Z,21.5,40\n,,\n"
        "2024-05-01T12:01:00Z,21.75,\n,,\n\n",
        "sep=;\r\ncreated_at;field1;field2\r\n2024-05-01T12:00:00Z;21.5;40\r\n"
        "2024-05-01T12:01:00Z;21.75;\r\n",
        "created_at\tfield1\tfield2\r\n2024-05-01 12:00:00\t21.5\t40\r\n"
        "2024-05-01 12:01:00\t21.75\r\n".encode("utf-16"),
        '"created_at","field1","field2"\n"2024-05-01T12:00:00Z","21.5","40"\n'
        '"2024-05-01T12:01:00Z","21.75",\n',
        # The newest first.
        "created_at,field1,field2\n2024-05-01T12:01:00Z,21.75,\n2024-05-01T12:00:00Z,21.5,40\n",
        # JSON: an answer of feeds.json, a bulk write, a bare list; numbers as they are written.
        '{"channel":{"id":9,"field1":"Temp","last_entry_id":318},"feeds":['
        '{"created_at":"2024-05-01T12:00:00Z","entry_id":317,"field1":"21.5","field2":"40"},'
        '{"created_at":"2024-05-01T12:01:00Z","entry_id":318,"field1":"21.75","field2":null}]}',
        '\ufeff { "write_api_key" : "X", "updates" : [ {"created_at":1714564800,"field1":21.5,'
        '"field2":40} , {"created_at":1714564860,"field1":21.75} ] } ',
        '[{"created_at":"2024-05-01T12:00:00Z","field1":21.5,"field2":40},\n'
        '{"created_at":"2024-05-01T12:01:00Z","field1":21.75}]',
        '[{"created_at":"2024-05-01T12:01:00Z","field1":21.75},\n'
        '{"created_at":"2024-05-01T12:00:00Z","field1":21.5,"field2":40}]',
    ],
)
def test_files_are_understood(imported, text):
    assert imported(text) == TWO


def test_null_and_empty_text_differ(imported):
    assert imported('created_at,field1,field2\n2024-05-01T12:00:00Z,"",\n') == [(1, NOON, "")]
    document = '[{"created_at":"2024-05-01T12:01:00Z","field1":null,"field2":""}]'
    assert imported(document)[1] == (2, NOON + MINUTE, None, "")


def test_text_stays_as_it_is(imported):
    text = (
        'created_at;field1;field2;field3;status\n2024-05-01T12:00:00Z;21,5;" a ";'
        '"two\r\nlines; ""quoted""";=1+1\n2024-05-01T12:01:00Z; 温室 ;5" pipe;NaN;\n'
    )
    assert imported(text) == [
        (1, NOON, "21,5", " a ", 'two\r\nlines; "quoted"', *[None] * 8, "=1+1"),
        (2, NOON + MINUTE, " 温室 ", '5" pipe', "NaN"),
    ]


def test_place_and_status_come_along(imported):
    text = (
        "created_at,Lat,LONG,elevation,status,field8\n"
        "2024-05-01T12:00:00Z,51.50,-0.12000000001,35 m,well,8\n"
    )
    place = ("51.5", "-0.12", "35 m", "well")
    assert imported(text) == [(1, NOON, *[None] * 7, "8", *place)]


def test_times_without_a_zone_are_of_the_time_zone(imported):
    text = "2024-05-01 14:00:00,1\n2024-05-01T12:01:00Z,2\n"
    assert imported(text, "--time-zone", "Europe/Rome") == [(1, NOON, "1"), (2, NOON + MINUTE, "2")]


def test_parts_of_a_second_are_kept(imported):
    assert imported("2024-05-01T12:00:00.000001Z,1\n2024-05-01T12:00:00.5+00:00,2\n") == [
        (1, NOON + 1, "1"),
        (2, NOON + 500_000, "2"),
    ]


def test_other_encodings_are_named(imported):
    text = "created_at,field1\n2024-05-01T12:00:00Z,Größe\n".encode("latin-1")
    assert imported(text, "--encoding", "latin-1") == [(1, NOON, "Größe")]


def test_nul_becomes_what_it_becomes_in_a_request(imported):
    assert imported(b"2024-05-01T12:00:00Z,a\0b\n") == [(1, NOON, "a\ufffdb")]
    document = '[{"created_at":"2024-05-01T12:01:00Z","field1":"a\\u0000b\\ud800"}]'
    assert imported(document)[1] == (2, NOON + MINUTE, "a\ufffdb\ufffd")


def test_values_are_cut_off_and_the_count_is_told(channel, printed, tmp_path):
    (tmp_path / "data").write_text(f"created_at,field1\n2024-05-01T12:00:00Z,{'x' * 256}\n")
    assert printed("import", "1", str(tmp_path / "data")) == (
        "Imported 1 entry into channel 1.\n1 value truncated to 255 characters.\n"
    )
    assert entries() == [(1, NOON, "x" * 255)]


# --- what is refused ------------------------------------------------------------------------------


@pytest.fixture
def told(channel, command, tmp_path):
    """Imports a file of which something is refused: what is told, line by line, of `data`."""

    def run(text: str | bytes, *options: str) -> list[str]:
        file = tmp_path / "data"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        result = command("import", "1", str(file), *options)
        assert (result.exit_code, result.stdout) == (1, "")
        return result.stderr.replace(str(file), "data").splitlines()

    return run


BAD = (
    "created_at,field1,latitude\n"
    "2024-05-01T12:00:00Z,1,\n"
    "yesterday,2,\n"
    ",3,\n"
    '2024-05-01T12:00:03Z,"4,\n'
    "2024-05-01T12:00:04Z,5,north\n"
    '2024-05-01T12:00:05Z,"two\nlines",\n'
    "2024-05-01T12:00:06Z,7,,8\n"
    "2024-05-01T12:00:07Z,\xff,\n"
    "2024-02-30T12:00:08Z,9,\n"
    "2024-05-01T12:00:09Z,10\n"
).encode("latin-1")
REASONS = [
    "  line 3: 'yesterday' is not a valid date",
    "  line 4: the date is missing",
    "  line 5: the quotation marks do not match",
    "  line 6: 'north' is not a latitude or longitude in degrees",
    "  line 9: the line has 4 cells, but the file has 3 columns",
    "  line 10: the text is not UTF-8: give its --encoding, for example latin-1",
    "  line 11: '2024-02-30T12:00:08Z' is not a valid date",
]
ERROR = (
    "Error: 7 lines of data cannot be imported, so nothing was imported:"
    " fix the file, or use --skip-bad to import the rest"
)


def test_bad_lines_are_named_and_nothing_is_stored(told):
    assert told(BAD) == [*REASONS, ERROR]
    assert entries() == []


def test_bad_lines_are_left_out_if_that_is_said(printed, told, tmp_path):
    (tmp_path / "data").write_bytes(BAD)
    assert printed("import", "1", str(tmp_path / "data"), "--skip-bad").splitlines() == [
        "Imported 3 entries into channel 1.",
        "Skipped 7 lines:",
        *REASONS,
    ]
    second = 1_000_000
    assert entries() == [
        (1, NOON, "1"),
        (2, NOON + 5 * second, "two\nlines"),
        (3, NOON + 9 * second, "10"),
    ]


def test_bad_entries_of_json_are_counted(told):
    document = """[{"created_at":"2024-05-01T12:00:00Z","field1":[1]}, 7, {"field1":"1"},
        {"created_at":"2024-05-01T12:00:00Z","field1":true}]"""
    assert told(document) == [
        "  entry 1: a value must be text or a number, not a list or an object",
        "  entry 2: an entry must be an object, {...}",
        "  entry 3: the date is missing",
        "Error: 3 entries of data cannot be imported, so nothing was imported:"
        " fix the file, or use --skip-bad to import the rest",
    ]


def test_of_many_bad_lines_the_first_are_named(told):
    text = "created_at,field1\n2024-05-01T12:00:00Z,1\n" + "never,1\n" * 30
    lines = told(text)
    assert lines[0] == "  line 3: 'never' is not a valid date"
    assert lines[19:21] == ["  line 22: 'never' is not a valid date", "  and 10 more"]


def test_a_quotation_mark_that_is_never_closed_spoils_its_line_alone(told):
    text = 'created_at,field1\n2024-05-01T12:00:00Z,"1\n' + "2024-05-01T12:00:00Z,2\n" * 10
    assert told(text)[0] == "  line 2: a quotation mark is never closed"
    assert told(text)[1].startswith("Error: 1 line of data")


def test_a_line_without_end_is_one_bad_line(told):
    text = f"created_at,field1\n2024-05-01T12:00:00Z,{'9' * 200_000}\n2024-05-01T12:00:00Z,1\n"
    assert told(text)[0] == "  line 2: the line is longer than 65536 bytes"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the file has no records"),
        (" \n,,\n", "the file has no records"),
        (
            "field1,field2\n1,2\n3,4\n",
            "no column has times: name one created_at in the first line",
        ),
        ("5,6\n7,8\n", "column 'column 1' should have times, but has none"),
        ("Zeit,Wert\n1,2\n", "column 'Zeit' should have times, but has none"),
        ("time,field1\nx,1\n", "column 'time' should have times, but has none"),
        ('{"channel":{}}', 'the file has no entries: {"feeds":[...]} was expected'),
        ('{"feeds":"none"}', 'the file has no entries: {"feeds":[...]} was expected'),
        ("{feeds:[]}", "the file is not JSON, at the start"),
        ('[{"created_at":"2024-05-01"}', "the file ends too early, after entry 1"),
        (
            '[{"created_at":"2024-05-01T12:00:00Z"},{"created_at":"2024',
            "the file is not JSON, after entry 1",
        ),
        (b'[{"created_at":"\xff"}]', "the file is not UTF-8, at the start"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_is_refused_in_one_sentence(told, text, sentence):
    assert told(text) == [f"Error: {sentence}"]
    assert entries() == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--time-zone", "Rome"], "'Rome' is not a time zone: use a name such as Europe/Rome"),
        (["--encoding", "x"], "'x' is not an encoding that Python knows, such as utf-8 or latin-1"),
    ],
)
def test_an_option_of_the_wrong_kind_is_refused(channel, command, tmp_path, options, sentence):
    (tmp_path / "data").write_text("2024-05-01T12:00:00Z,1\n")
    result = command("import", "1", str(tmp_path / "data"), *options)
    assert (result.exit_code, sentence in result.stderr) == (2, True)


def test_a_channel_or_a_file_that_is_not_there_is_refused(channel, refused, command, tmp_path):
    (tmp_path / "data").write_text("2024-05-01T12:00:00Z,1\n")
    assert refused("import", "7", str(tmp_path / "data")) == "no channel 7"
    result = command("import", "1", str(tmp_path / "nothing"))
    assert (result.exit_code, "No such file or directory" in result.stderr) == (2, True)


# --- dry run --------------------------------------------------------------------------------------


def test_a_dry_run_shows_how_the_file_is_understood(channel, printed, tmp_path):
    (tmp_path / "data").write_text(
        "Date;Humidity;note\n2024-05-01 14:01:00;40;x\n2024-05-01 14:00:00;;y\n"
    )
    options = ("--time-zone", "Europe/Rome", "--dry-run")
    assert printed("import", "1", str(tmp_path / "data"), *options) == (
        "CSV, separated by semicolons, with a header line, newest entry first.\n"
        "  Date      created_at\n"
        "  Humidity  field2\n"
        "  note      ignored\n"
        "2 entries:\n"
        "  created_at=2024-05-01T12:01:00+00:00  field2=40\n"
        "  created_at=2024-05-01T12:00:00+00:00\n"
        "Nothing was imported: this was a dry run.\n"
    )
    assert entries() == []


def test_a_dry_run_ends_with_status_1_if_something_would_be_refused(channel, command, tmp_path):
    (tmp_path / "data").write_bytes(BAD)
    result = command("import", "1", str(tmp_path / "data"), "--dry-run")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines()[-9:] == [
        "7 lines cannot be imported:",
        *REASONS,
        "Nothing was imported: this was a dry run.",
    ]


def test_a_dry_run_prints_one_json_document(channel, command, tmp_path):
    (tmp_path / "data").write_text("created_at,field1\n2024-05-01T12:00:00Z,1\nnever,2\n")
    result = command("import", "1", str(tmp_path / "data"), "--dry-run", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "format": "csv",
        "entries": 1,
        "refused": 1,
        "reasons": [{"line": 3, "reason": "'never' is not a valid date"}],
        "cut_off": 0,
        "newest_first": False,
        "columns": {"created_at": "created_at", "field1": "field1"},
        "first": [{"created_at": "2024-05-01T12:00:00+00:00", "entry_id": None, "field1": "1"}],
    }


# --- numbers and labels ---------------------------------------------------------------------------

NUMBERED = (
    "created_at,entry_id,field1\n2024-05-01T12:00:00Z,317,a\n2024-05-01T12:02:00Z,320,c\n"
    "2024-05-01T12:01:00Z,318,b\n"
)


def test_entries_get_new_numbers_behind_those_that_are_there(channel, write, imported):
    write(channel, "2024-05-01T12:01:00Z", field1="mine")
    assert imported(NUMBERED) == [
        (1, NOON + MINUTE, "mine"),
        (2, NOON, "a"),
        (3, NOON + 2 * MINUTE, "c"),
        (4, NOON + MINUTE, "b"),
    ]
    assert write(channel, field1="next") == 5


def test_numbers_can_be_kept_in_an_empty_channel(channel, client, write, imported):
    assert imported(NUMBERED, "--keep-ids") == [
        (317, NOON, "a"),
        (318, NOON + MINUTE, "b"),
        (320, NOON + 2 * MINUTE, "c"),
    ]
    marks = execute("SELECT entry_id FROM entries WHERE overtaken_by IS NOT NULL").fetchall()
    assert marks == []
    key = {"api_key": channel.read_key}
    assert client.get("/channels/1/fields/1/last.txt", key).text == "c"
    assert write(channel, field1="next") == 321


def test_numbers_are_kept_in_an_empty_channel_alone(channel, write, told):
    write(channel, field1="mine")
    assert told(NUMBERED, "--keep-ids") == [
        "Error: channel 1 already has entries: IDs can be kept only in an empty channel"
    ]


def test_a_number_that_cannot_be_kept_is_refused(told):
    text = (
        "created_at,entry_id\n2024-05-01T12:00:00Z,0\n2024-05-01T12:00:00Z,\n"
        "2024-05-01T12:00:00Z,x\n2024-05-01T12:00:00Z,2147483648\n"
    )
    assert told(text, "--keep-ids")[:4] == [
        "  line 2: '0' is not a valid entry_id",
        "  line 3: entry_id is missing",
        "  line 4: 'x' is not a valid entry_id",
        "  line 5: '2147483648' is not a valid entry_id",
    ]


def test_a_number_that_comes_twice_is_kept_once_and_told(channel, command, tmp_path):
    more = "2024-05-01T12:03:00Z,321,d\n2024-05-01T12:04:00Z,322,e\n2024-05-01T12:05:00Z,317,f\n"
    (tmp_path / "data").write_text(NUMBERED + more)
    result = command("import", "1", str(tmp_path / "data"), "--keep-ids")
    assert (result.exit_code, result.stdout) == (
        1,
        "Imported 5 entries into channel 1.\n1 entry not imported (ID already taken): 317\n",
    )
    assert entries()[0] == (317, NOON, "a")


def labels() -> dict:
    return Channel.get_by_id(1).labels


def test_a_channel_with_labels_hides_the_other_fields_and_that_is_told(channel, printed, tmp_path):
    (tmp_path / "data").write_text("created_at,field1,field3\n2024-05-01T12:00:00Z,1,3\n")
    assert printed("import", "1", str(tmp_path / "data")) == (
        "Imported 1 entry into channel 1.\nFields not shown, because they have no label: field3.\n"
    )
    assert labels() == {"field1": "Temperature", "field2": "Humidity"}


def test_a_channel_without_labels_gets_them(add_channel, printed, tmp_path):
    add_channel(labels=())
    (tmp_path / "data").write_text("created_at,field1,field3\n2024-05-01T12:00:00Z,1,3\n")
    assert printed("import", "1", str(tmp_path / "data")) == "Imported 1 entry into channel 1.\n"
    assert labels() == {"field1": "Field 1", "field3": "Field 3"}


def test_a_channel_without_labels_gets_those_of_a_json_file(add_channel, printed, tmp_path):
    add_channel(labels=())
    (tmp_path / "data").write_text(
        '{"channel":{"id":9,"field1":"Temp","field2":null,"field3":""},"feeds":'
        '[{"created_at":"2024-05-01T12:00:00Z","field1":"1","field2":"2"}]}'
    )
    printed("import", "1", str(tmp_path / "data"))
    assert labels() == {"field1": "Temp"}


def test_labels_stay_away_if_that_is_said(add_channel, printed, tmp_path):
    add_channel(labels=())
    (tmp_path / "data").write_text("created_at,field1\n2024-05-01T12:00:00Z,1\n")
    printed("import", "1", str(tmp_path / "data"), "--no-auto-label")
    assert labels() == {}


# --- nothing comes twice --------------------------------------------------------------------------

ONE = "created_at,field1\n2024-05-01T12:00:00Z,1\n"


def test_the_same_file_is_refused_unless_it_is_meant(channel, told, imported):
    assert imported(ONE) == [(1, NOON, "1")]
    (sentence,) = told(ONE)
    assert sentence.startswith("Error: data was imported into channel 1 on 20")
    assert sentence.endswith(": use --anew to import it again")
    assert imported(ONE, "--anew") == [(1, NOON, "1"), (2, NOON, "1")]


def test_the_same_file_goes_into_another_channel_and_into_one_that_was_emptied(
    add_channel, imported, printed, tmp_path
):
    add_channel(), add_channel()
    imported(ONE)
    printed("import", "2", str(tmp_path / "data"))
    assert entries() == [(1, NOON, "1"), (1, NOON, "1")]
    execute("DELETE FROM entries WHERE channel_id = 1")
    execute("UPDATE counters SET last_entry_id = NULL, newest_at = NULL WHERE channel_id = 1")
    imported(ONE)
    assert entries() == [(1, NOON, "1"), (1, NOON, "1")]


def test_a_shell_pipes_one_channel_into_another(channel, add_channel, write, shell):
    add_channel()
    write(channel, "2024-05-01T12:00:00Z", field1="1", status="well, well")
    assert shell("thingclone export 1 | thingclone import 2 -") == (
        0,
        "Imported 1 entry into channel 2.\n",
        "",
    )
    assert shell("thingclone export 1 > a; thingclone export 2 > b; cmp a b") == (0, "", "")


def test_a_shell_gets_status_1_and_the_reasons_on_the_error_stream(channel, shell):
    line = "printf 'created_at,field1\\n1714564800,1\\nnever,2\\n' | thingclone import 1 -"
    status, output, errors = shell(line)
    assert (status, output) == (1, "")
    assert errors.startswith("  line 3: 'never' is not a valid date\nError: 1 line of ")
