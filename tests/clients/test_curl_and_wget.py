"""Lines that a user pastes into a shell: curl and wget against a real server."""

import os

import pytest

from tests.tools import need, run

ENTRY = '{"created_at":"2024-05-01T10:00:00Z","entry_id":1,"field1":"21.5","field2":"40"}'


@pytest.fixture
def shell(channel, server, tmp_path):
    """Runs a line in a shell, in an empty folder, and returns what it prints; $SERVER, $WRITE_KEY
    and $READ_KEY are those of the greenhouse, channel 1.
    """
    need("curl")
    need("wget")
    folder = tmp_path / "shell"
    folder.mkdir()
    environment = os.environ | {
        "SERVER": server.url,
        "WRITE_KEY": channel.write_key,
        "READ_KEY": channel.read_key,
    }
    return lambda line: run("sh", "-euc", line, env=environment, cwd=folder)


WRITES = {
    "a URL": 'curl -s "$SERVER/update?api_key=$WRITE_KEY&field1=21.5&field2=40&$AT"',
    "a URL and wget": 'wget -qO- "$SERVER/update?api_key=$WRITE_KEY&field1=21.5&field2=40&$AT"',
    "a form": 'curl -s -d "api_key=$WRITE_KEY&field1=21.5&field2=40&$AT" $SERVER/update',
    "a form and wget": (
        'wget -qO- --post-data "api_key=$WRITE_KEY&field1=21.5&field2=40&$AT" $SERVER/update'
    ),
    "a form in pieces": (
        "curl -s $SERVER/update -d api_key=$WRITE_KEY -d field1=21.5 -d field2=40 -d $AT"
    ),
    "a form encoded by curl": (
        "curl -s $SERVER/update -d api_key=$WRITE_KEY -d field1=21.5 -d field2=40"
        ' --data-urlencode "created_at=2024-05-01 12:00:00 +0200"'
    ),
    "a query encoded by curl": (
        "curl -s -G $SERVER/update -d api_key=$WRITE_KEY -d field1=21.5 -d field2=40"
        ' --data-urlencode "created_at=2024-05-01 12:00:00 +0200"'
    ),
    "a key in a header": (
        'curl -s -H "X-THINGSPEAKAPIKEY: $WRITE_KEY" -d "field1=21.5&field2=40&$AT" $SERVER/update'
    ),
    "a key in a header and wget": (
        'wget -qO- --header "X-THINGSPEAKAPIKEY: $WRITE_KEY"'
        ' "$SERVER/update?field1=21.5&field2=40&$AT"'
    ),
    "a form with parts": (
        "curl -s $SERVER/update -F api_key=$WRITE_KEY -F field1=21.5 -F field2=40 -F $AT"
    ),
    "a JSON body": (
        "curl -s $SERVER/update -H 'Content-Type: application/json' -d"
        ' "{\\"api_key\\":\\"$WRITE_KEY\\",\\"field1\\":21.5,\\"field2\\":\\"40\\",'
        '\\"created_at\\":\\"2024-05-01T10:00:00Z\\"}"'
    ),
    "a POST without a body": (
        'curl -s -X POST "$SERVER/update?api_key=$WRITE_KEY&field1=21.5&field2=40&$AT"'
    ),
    "HTTP/1.0": 'curl -s0 "$SERVER/update?api_key=$WRITE_KEY&field1=21.5&field2=40&$AT"',
    "a redirect that never comes": (
        'curl -sfL "$SERVER/update?api_key=$WRITE_KEY&field1=21.5&field2=40&$AT"'
    ),
}


def test_a_write_answers_the_entry_id_and_nothing_else(shell, server, channel):
    for number, (kind, line) in enumerate(WRITES.items(), 1):
        assert shell(f"AT=created_at=2024-05-01T10:00:00Z; {line}") == str(number), kind
        stored = server.get(f"/channels/1/feeds/last.json?api_key={channel.read_key}")[1]
        assert stored == ENTRY.replace('"entry_id":1', f'"entry_id":{number}'), kind


@pytest.fixture
def written(shell):
    """The shell, with an entry in the channel."""
    shell(
        'curl -s "$SERVER/update?api_key=$WRITE_KEY'
        '&field1=21.5&field2=40&created_at=2024-05-01T10:00:00Z"'
    )
    return shell


def test_update_json_echoes_the_entry(shell):
    line = 'curl -s "$SERVER/update.json?api_key=$WRITE_KEY&field1=7&created_at=2024-05-01"'
    assert shell(line) == (
        '{"channel_id":1,"created_at":"2024-05-01T00:00:00Z","entry_id":1,"field1":"7",'
        '"field2":null,"field3":null,"field4":null,"field5":null,"field6":null,"field7":null,'
        '"field8":null,"latitude":null,"longitude":null,"elevation":null,"status":null}'
    )


def test_curl_shows_why_a_write_was_refused(shell):
    answer = shell('curl -si "$SERVER/update?api_key=$READ_KEY&field1=1"')
    assert answer.startswith("HTTP/1.1 400 Bad Request\n")
    assert answer.endswith("\n\n0")
    assert head_of(answer)["x-thingclone-reason"] == (
        "this is a read key: a write needs the channel's write key"
    )


def test_bulk_writes(shell, server, channel):
    assert (
        shell(
            "curl -s -w ' %{http_code}' $SERVER/channels/1/bulk_update.json"
            " -H 'Content-Type: application/json' -d"
            ' "{\\"write_api_key\\":\\"$WRITE_KEY\\",\\"updates\\":['
            '{\\"created_at\\":\\"2024-05-01 10:00:00 +0000\\",\\"field1\\":1},'
            '{\\"created_at\\":\\"2024-05-01 10:01:00 +0000\\",\\"field1\\":\\"2\\"}]}"'
        )
        == '{"success":true} 202'
    )
    assert (
        shell(
            "curl -s -w ' %{http_code}' $SERVER/channels/1/bulk_update.csv"
            " -d write_api_key=$WRITE_KEY -d time_format=absolute"
            " -d 'updates=2024-05-01T10:02:00Z,3,40|2024-05-01T10:03:00Z,4,,,,,,,,51.5,-0.12,35,ok'"
        )
        == '{"success":true} 202'
    )
    assert server.get(f"/channels/1/feeds.csv?api_key={channel.read_key}&status=true") == (
        200,
        "created_at,entry_id,field1,field2,status\n"
        "2024-05-01 10:00:00 UTC,1,1,,\n"
        "2024-05-01 10:01:00 UTC,2,2,,\n"
        "2024-05-01 10:02:00 UTC,3,3,40,\n"
        "2024-05-01 10:03:00 UTC,4,4,,ok\n",
    )


def test_a_bulk_write_from_a_file_waits_for_100_continue(shell, server, channel, tmp_path):
    # Above a megabyte curl sends Expect: 100-continue, and the body only when it is asked for.
    messages = ",".join(f'{{"delta_t":1,"field1":{number}}}' for number in range(14_400))
    text = f'{{"write_api_key":"{channel.write_key}","updates":[{messages}{" " * 1_000_000}]}}'
    (tmp_path / "shell" / "bulk.json").write_text(text)
    line = (
        "curl -sv $SERVER/channels/1/bulk_update.json -H 'Content-Type: application/json'"
        " --data-binary @bulk.json 2>log; grep -c '100 Continue' log"
    )
    assert shell(line) == '{"success":true}1\n'
    assert server.get(f"/channels/1/fields/1/last.txt?api_key={channel.read_key}") == (200, "14399")


def test_reads(written):
    assert written('curl -s "$SERVER/channels/1/feeds/last.json?api_key=$READ_KEY"') == ENTRY
    assert written('curl -s "$SERVER/channels/1/fields/1/last.txt?api_key=$READ_KEY"') == "21.5"
    assert written('wget -qO- "$SERVER/channels/1/fields/1/last?api_key=$READ_KEY"') == "21.5"
    assert (
        written('curl -s -H "THINGSPEAKAPIKEY: $READ_KEY" $SERVER/channels/1/fields/2.csv')
        == "created_at,entry_id,field2\n2024-05-01 10:00:00 UTC,1,40\n"
    )
    assert (
        written('wget -q -O feeds.csv "$SERVER/channels/1/feeds.csv?api_key=$READ_KEY"; cat *.csv')
        == "created_at,entry_id,field1,field2\n2024-05-01 10:00:00 UTC,1,21.5,40\n"
    )


def test_a_private_channel_without_key(written):
    assert written("curl -s -w ' %{http_code}' $SERVER/channels/1/feeds.json") == "-1 400"
    assert written("curl -s -w ' %{http_code}' $SERVER/channels/1/feeds/last.json") == "-1 200"


def head_of(answer: str) -> dict:
    """The headers of what `curl -i` or `curl -I` printed, names in lower case."""
    lines = answer.partition("\n\n")[0].split("\n")[1:]
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}


def test_head_tells_the_length_and_sends_no_body(written):
    answer = written('curl -sI "$SERVER/channels/1/feeds/last.json?api_key=$READ_KEY"')
    assert answer.startswith("HTTP/1.1 200 OK\n")
    assert answer.endswith("\n\n")
    headers = head_of(answer)
    assert headers["content-length"] == str(len(ENTRY))
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["status"] == "200 OK"
    assert "transfer-encoding" not in headers


def test_compressed_answers_come_out_the_same(written):
    for _ in range(30):
        written('curl -s "$SERVER/update?api_key=$WRITE_KEY&field1=21.5&field2=40" -o entry_id')
    line = 'curl -si "$SERVER/channels/1/feeds.json?api_key=$READ_KEY"'
    plain, zipped = written(line), written(f"{line} --compressed")
    assert "content-encoding" not in head_of(plain)
    assert head_of(zipped)["content-encoding"] == "gzip"
    assert int(head_of(zipped)["content-length"]) < len(plain) / 2
    assert zipped.partition("\n\n")[2] == plain.partition("\n\n")[2]


def test_what_has_not_changed_is_not_sent_again(written):
    line = 'curl -si "$SERVER/channels/1/feeds.json?api_key=$READ_KEY"'
    tag = head_of(written(line))["etag"]
    unchanged = written(f"{line} -H 'If-None-Match: {tag}'")
    assert unchanged.startswith("HTTP/1.1 304 Not Modified\n")
    assert unchanged.endswith("\n\n")
    written('curl -s "$SERVER/update?api_key=$WRITE_KEY&field1=22"')
    assert written(f"{line} -H 'If-None-Match: {tag}'").startswith("HTTP/1.1 200 OK\n")


def test_curl_keeps_etags_in_a_file(written):
    line = (
        "curl -s --etag-save etag.txt --etag-compare etag.txt -w '%{http_code} %{size_download} '"
        ' -o last.json "$SERVER/channels/1/feeds/last.json?api_key=$READ_KEY"'
    )
    assert written(f"touch etag.txt; {line}; {line}; cat last.json") == (
        f"200 {len(ENTRY)} 304 0 {ENTRY}"
    )


def test_options_answers_what_a_browser_asks_before(written):
    answer = written("curl -si -X OPTIONS -H 'Origin: http://example.org' $SERVER/update")
    assert answer.startswith("HTTP/1.1 200 OK\n")
    headers = head_of(answer)
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-allow-methods"] == ("GET, POST, PUT, OPTIONS, DELETE, PATCH")
    assert headers["access-control-max-age"] == "1800"
    assert headers["content-length"] == "0"


def test_many_writes_over_one_connection(shell):
    line = (
        "curl -sv -w ' ' $(for n in 1 2 3; do"
        ' echo "$SERVER/update?api_key=$WRITE_KEY&field1=$n"; done) 2>log; grep -c Re-using log'
    )
    assert shell(line) == "1 2 3 2\n"
