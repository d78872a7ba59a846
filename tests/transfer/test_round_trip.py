"""A finished export of a channel, imported into an empty channel, gives byte-identical feeds."""

import pytest
from click.testing import CliRunner

from thingclone.cli import main
from thingclone.database import execute
from thingclone.database.models import Channel

READS = [
    *(f"/channels/1/feeds.{form}?results=8000" for form in ("json", "xml", "csv")),
    *(
        f"/channels/1/feeds.{form}?location=true&status=true&results=8000&timezone=Asia/Tokyo"
        for form in ("json", "xml", "csv")
    ),
    "/channels/1/feeds.json",
    "/channels/1/feeds.json?results=7",
    "/channels/1/feeds.json?start=2024-05-01%2011:00:00&end=2024-05-01%2013:00:00",
    "/channels/1/feeds.json?start_entry_id=20&end_entry_id=90",
    "/channels/1/feeds.json?average=10&results=8000",
    "/channels/1/feeds.csv?median=60&round=1&results=8000",
    "/channels/1/feeds.xml?timescale=15&results=8000",
    *(f"/channels/1/fields/{field}.json?results=8000" for field in range(1, 9)),
    *(f"/channels/1/fields/{field}/last.json" for field in range(1, 9)),
    *(f"/channels/1/feeds/{entry}.json?status=true&location=true" for entry in (1, 50, 51, 150)),
    *(f"/channels/1/feeds/last.{form}" for form in ("json", "xml", "csv", "txt")),
    "/channels/1/feeds/last_average.json?average=30",
    "/channels/1/feeds/last_data_age.json",
    "/channels/1/status.json?days=100",
    "/channels/1/status/last.txt",
    "/channels/1/status/recent.json",
    "/stream/channels/1/feeds.csv?location=true&status=true",
    "/channels/1.json",
]
TEXTS = [
    *("21.5", "-3", "1e5", "", " ", "NaN", "21,5", "=1+1", '"', '""', "a,b;c", "'", "\\", "null"),
    *("two\nlines", "two\r\nlines", "\r", "\n", "\t", "<&>", "Größe", "温室", "\u2028", "\x07"),
    *("\ufffd", "\ufeff", "true", "2024-05-01", "x" * 255, '"' * 255, "-"),
]


@pytest.fixture
def colourful(channel, client, write, clock):
    """A channel of 150 entries, in which nothing is ordinary: odd texts, late ones, equal times,
    parts of a second, a hidden field, a field without a label.
    """
    Channel.update(field3="", field5="Fifth").execute()
    for number in range(150):
        text = TEXTS[number % len(TEXTS)]
        values = {"field1": str(number / 4), f"field{number % 5 + 1}": text}
        if number % 3 == 0:
            values |= {"status": text, "lat": f"{number}.5", "long": "-0.12", "elevation": text}
        if number % 10 == 0:
            values["created_at"] = "2024-05-01T11:00:00.000250Z"
        clock.advance(7.000001 if number % 4 else 0)
        write(channel, **{name: value for name, value in values.items() if number % 17})
    Channel.update(field4=None).execute()
    return channel


def answers(client, channel) -> dict:
    return {
        path: (answer.status_int, answer.body)
        for path in READS
        for answer in [client.get(path, headers={"X-THINGSPEAKAPIKEY": channel.write_key})]
    }


def run(database_url: str, *arguments: str):
    result = CliRunner().invoke(main, [*arguments, "--database", database_url])
    assert result.exit_code == 0, result.output


def empty_channel():
    fields = ", ".join(f"field{number} = NULL" for number in range(1, 9))
    execute("DELETE FROM entries")
    execute(f"UPDATE counters SET last_entry_id = NULL, newest_at = NULL, {fields}")


@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_read_is_byte_identical(colourful, client, database_url, tmp_path, form):
    before = answers(client, colourful)
    file = str(tmp_path / "export")
    run(database_url, "export", "1", "--format", form, "-o", file)
    empty_channel()
    assert answers(client, colourful) != before
    run(database_url, "import", "1", file)
    assert answers(client, colourful) == before
    run(database_url, "export", "1", "--format", form, "-o", f"{file}.again")
    assert (tmp_path / "export.again").read_bytes() == (tmp_path / "export").read_bytes()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_so_it_is_with_gaps_between_the_numbers(colourful, client, database_url, tmp_path, form):
    execute("DELETE FROM entries WHERE entry_id BETWEEN 30 AND 49")
    before = answers(client, colourful)
    file = str(tmp_path / "export")
    run(database_url, "export", "1", "--format", form, "-o", file)
    empty_channel()
    run(database_url, "import", "1", file, "--keep-ids")
    assert answers(client, colourful) == before


def test_the_next_write_goes_on_where_it_would_have(
    colourful, client, write, clock, database_url, tmp_path
):
    def marks():
        return execute(
            "SELECT entry_id, created_at, overtaken_by FROM entries ORDER BY entry_id"
        ).fetchall(), execute(f"SELECT {', '.join(COUNTED)} FROM counters").fetchall()

    before = marks()
    file = str(tmp_path / "export")
    run(database_url, "export", "1", "-o", file)
    for options in ([], ["--keep-ids"]):
        empty_channel()
        run(database_url, "import", "1", file, "--anew", *options)
        assert marks() == before
    assert write(colourful, field1="next") == 151


COUNTED = ("last_entry_id", "newest_at", *(f"field{number}" for number in range(1, 9)))
