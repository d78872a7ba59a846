"""`thingclone export`: a channel as a file, and a file that is there is whole."""

import json
import signal
import subprocess
import time

import pytest

from tests.servers import COMMAND, PATIENCE
from thingclone.database import execute, execute_many
from thingclone.database.models import Channel
from thingclone.database.transactions import writing

HEADER = (
    "created_at,entry_id,field1,field2,field3,field4,field5,field6,field7,field8,"
    "latitude,longitude,elevation,status\n"
)
CSV = HEADER + (
    '2024-05-01T12:00:00+00:00,1,21.5,,,,,,,,51.5,-0.12,35,"all, ""well"""\n'
    '2024-05-01T11:59:59.250001+00:00,2,"","two\nlines",hidden,,,,,,,,,\n'
    "2024-05-01T12:00:01+00:00,3,=1+1,Größe <&> 温室,,,,,,,,,,\n"
)
JSON = """{"channel":{"id":1,"name":"Greenhouse","latitude":"0.0","longitude":"0.0",\
"field1":"Temperature","field2":"Humidity","created_at":"2024-05-01T12:00:00+00:00",\
"updated_at":"2024-05-01T12:00:00+00:00","last_entry_id":3,"field3":"","field4":null,\
"field5":null,"field6":null,"field7":null,"field8":null},"feeds":[
{"created_at":"2024-05-01T12:00:00+00:00","entry_id":1,"field1":"21.5","field2":null,\
"field3":null,"field4":null,"field5":null,"field6":null,"field7":null,"field8":null,\
"latitude":"51.5","longitude":"-0.12","elevation":"35","status":"all, \\"well\\""},
{"created_at":"2024-05-01T11:59:59.250001+00:00","entry_id":2,"field1":"",\
"field2":"two\\nlines","field3":"hidden","field4":null,"field5":null,"field6":null,\
"field7":null,"field8":null,"latitude":null,"longitude":null,"elevation":null,"status":null},
{"created_at":"2024-05-01T12:00:01+00:00","entry_id":3,"field1":"=1+1",\
"field2":"Größe <&> 温室","field3":null,"field4":null,"field5":null,"field6":null,\
"field7":null,"field8":null,"latitude":null,"longitude":null,"elevation":null,"status":null}
]}
"""


@pytest.fixture
def colourful(channel, write):
    """A channel with something of everything: the third field is hidden, the second entry late."""
    Channel.update(field3="").execute()
    place = {"lat": "51.5", "long": "-0.12", "elevation": "35"}
    write(channel, "2024-05-01T12:00:00Z", field1="21.5", status='all, "well"', **place)
    late = "2024-05-01T11:59:59.250001Z"
    write(channel, late, field1="", field2="two\nlines", field3="hidden")
    write(channel, "2024-05-01T12:00:01Z", field1="=1+1", field2="Größe <&> 温室")
    return channel


def test_csv_has_every_column_and_the_whole_time(colourful, printed):
    assert printed("export", "1") == CSV


def test_json_has_the_shape_of_a_feed(colourful, printed):
    assert printed("export", "1", "--format", "json") == JSON


def test_an_empty_channel_is_a_header_or_an_empty_list(channel, printed):
    assert printed("export", "1") == HEADER
    assert json.loads(printed("export", "1", "--format", "json"))["feeds"] == []


def test_a_file_is_written_as_a_whole(colourful, printed, tmp_path):
    file = tmp_path / "greenhouse.csv"
    file.write_text("an older export")
    assert printed("export", "1", "-o", str(file)) == (
        f"Exported 3 entries of channel 1 to {file}.\n"
    )
    assert file.read_bytes() == CSV.encode()
    document = printed("export", "1", "-o", str(file), "--format", "json", "--json")
    assert json.loads(document) == {"channel": 1, "file": str(file), "entries": 3}
    assert file.read_bytes() == JSON.encode()
    assert [path.name for path in tmp_path.iterdir() if "greenhouse" in path.name] == [file.name]


def test_more_than_one_page_is_written_in_the_order_of_the_ids(channel, printed):
    add_entries(2500)
    lines = printed("export", "1").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == [str(number) for number in range(1, 2501)]


def add_entries(count: int):
    rows = [(1, number, number * 1_000_000, str(number)) for number in range(1, count + 1)]
    with writing():
        execute_many(
            "INSERT INTO entries (channel_id, entry_id, created_at, field1) VALUES (?, ?, ?, ?)",
            rows,
        )
        execute("UPDATE counters SET last_entry_id = ?, newest_at = ?", rows[-1][1:3])


def test_an_export_that_is_killed_leaves_the_file_of_before_or_a_whole_one(
    channel, database_url, tmp_path
):
    add_entries(30_000)
    file, unfinished = tmp_path / "greenhouse.csv", tmp_path / "greenhouse.csv.part"
    file.write_text("an older export")
    command = [*COMMAND, "export", "1", "-o", str(file), "--database", database_url]
    export = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    deadline = time.monotonic() + PATIENCE
    while not unfinished.exists() or not unfinished.stat().st_size:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    export.send_signal(signal.SIGKILL)
    export.communicate()
    assert file.read_text() == "an older export" or file.read_text().count("\n") == 30_001
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert file.read_text().count("\n") == 30_001
    assert not unfinished.exists()


def test_what_cannot_be_exported_is_refused(channel, refused, command, tmp_path):
    assert refused("export", "7") == "no channel 7"
    nowhere = tmp_path / "nowhere" / "greenhouse.csv"
    assert refused("export", "1", "-o", str(nowhere)) == (
        f"{nowhere} cannot be written: No such file or directory"
    )
    assert refused("export", "1", "-o", "/dev/null") == (
        "/dev/null is not a regular file: omit -o to write to standard output"
    )
    result = command("export", "1", "--json")
    assert result.exit_code == 2
    assert result.stderr.endswith(
        "Error: --json describes the exported file: name the file with -o\n"
    )


def test_a_shell_gets_it_by_a_pipe(colourful, shell):
    assert shell("thingclone export 1") == (0, CSV, "")
    assert shell("thingclone export 1 | head -n 1") == (0, HEADER, "")
    status, output, errors = shell("thingclone export 1 -o a.csv --json && wc -l < a.csv")
    assert (status, errors) == (0, "")
    assert output == '{"channel": 1, "file": "a.csv", "entries": 3}\n5\n'
