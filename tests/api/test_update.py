"""Writing one entry through /update, the URL that every device knows (contract, sections 1 to 5.1
and the traps of section 18).
"""

import json

import pytest
from webtest.app import TestRequest

from thingclone.database.models import Entry
from thingclone.settings import Settings

FORM = "application/x-www-form-urlencoded"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT, OPTIONS, DELETE, PATCH",
    "Access-Control-Allow-Headers": (
        "origin, content-type, X-Requested-With, X-THINGSPEAKAPIKEY, THINGSPEAKAPIKEY"
    ),
    "Access-Control-Max-Age": "1800",
}
BARE = {"Content-Length", "X-Content-Type-Options"}
EVERY_SUFFIX = ("", ".json", ".xml", ".html", ".txt", ".text", ".csv", ".JSON", ".exe")

with_interval = pytest.mark.parametrize("settings", [Settings(write_interval=15)])


@pytest.fixture
def write(client, channel):
    """A function that writes to the channel by GET."""

    def write(path="/update", **params):
        return client.get(path, {"api_key": channel.write_key} | params)

    return write


@pytest.fixture
def last(client, channel):
    """A function that reads the last entry back, with all that it has."""

    def last(**params):
        wanted = {"api_key": channel.read_key, "status": "true", "location": "true"} | params
        return client.get(f"/channels/{channel.id}/feeds/last.json", wanted).json

    return last


def send(client, body: bytes, content_type: str | None, path="/update", method="POST"):
    """Send these very bytes as a body."""
    request = TestRequest.blank(path, method=method)
    request.body = body
    if content_type is None:
        request.environ.pop("CONTENT_TYPE", None)
    else:
        request.content_type = content_type
    return client.do_request(request)


# --- the number of the entry ----------------------------------------------------------------------


def test_update_answers_with_the_bare_number_of_the_entry(write, last):
    answer = write(field1="21.5")
    assert answer.status == "200 OK"
    assert answer.body == b"1"
    assert answer.headers["Content-Length"] == "1"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert last()["field1"] == "21.5"


def test_entries_are_numbered_from_1_without_gaps(write):
    assert [write(field1=str(value)).text for value in range(12)] == [
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"
    ]  # fmt: skip


def test_refused_writes_take_no_number(client, channel, write):
    assert write().text == "1"
    assert client.get("/update", {"api_key": "WRONG", "field1": "2"}).text == "0"
    assert client.get("/update", {"api_key": channel.read_key, "field1": "2"}).text == "0"
    assert send(client, b"{", "application/json").text == "0"
    assert write().text == "2"
    assert Entry.select().count() == 2


def test_each_channel_counts_for_itself(client, add_channel):
    first, second = add_channel(), add_channel()
    keys = [first.write_key, first.write_key, second.write_key, first.write_key, second.write_key]
    assert [client.get("/update", {"api_key": key}).text for key in keys] == [
        "1", "2", "1", "3", "2"
    ]  # fmt: skip


def test_a_write_without_any_field_makes_an_entry(write, last):
    assert write().text == "1"
    assert last() == {
        "created_at": "2024-05-01T12:00:00Z",
        "entry_id": 1,
        "field1": None,
        "field2": None,
        "latitude": None,
        "longitude": None,
        "elevation": None,
        "status": None,
    }


def test_a_write_of_a_status_alone_makes_an_entry(write, last):
    assert write(status="still alive").text == "1"
    assert last()["status"] == "still alive"


def test_a_write_may_have_all_eight_fields(client, channel, write):
    write(**{f"field{number}": str(number * 11) for number in range(1, 9)})
    read = {"api_key": channel.read_key}
    for number in range(1, 9):
        value = client.get(f"/channels/1/fields/{number}/last", read).text
        assert value == str(number * 11)


# --- URLs and methods -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/update", "/s/update"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("suffix", "content_type"),
    [
        ("", "text/plain; charset=utf-8"),
        (".html", "text/plain; charset=utf-8"),
        (".txt", "text/plain; charset=utf-8"),
        (".text", "text/plain; charset=utf-8"),
        (".csv", "text/csv; charset=utf-8"),
        (".exe", "text/plain; charset=utf-8"),
        (".JSON", "text/plain; charset=utf-8"),
    ],
)
def test_every_suffix_but_json_and_xml_answers_with_the_number(
    client, channel, last, path, method, suffix, content_type
):
    parameters = {"api_key": channel.write_key, "field1": "5"}
    answer = getattr(client, method)(path + suffix, parameters)
    assert (answer.status_int, answer.body) == (200, b"1")
    assert answer.headers["Content-Type"] == content_type
    assert last()["field1"] == "5"


@pytest.mark.parametrize("path", ["/update.json", "/s/update.json"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_json_answers_with_all_that_an_entry_has(client, channel, clock, path, method):
    clock.set("2024-11-10 12:49:42")
    answer = getattr(client, method)(path, {"api_key": channel.write_key, "field1": "21.5"})
    assert answer.status_int == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.text == (
        '{"channel_id":1,"created_at":"2024-11-10T12:49:42Z","entry_id":1,"field1":"21.5",'
        '"field2":null,"field3":null,"field4":null,"field5":null,"field6":null,"field7":null,'
        '"field8":null,"latitude":null,"longitude":null,"elevation":null,"status":null}'
    )


@pytest.mark.parametrize("path", ["/update.xml", "/s/update.xml"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_xml_answers_with_all_that_an_entry_has(client, channel, clock, path, method):
    clock.set("2024-11-10 12:49:42")
    answer = getattr(client, method)(path, {"api_key": channel.write_key, "field1": "21.5"})
    assert answer.status_int == 200
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert answer.text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<feed>\n"
        '  <channel-id type="integer">1</channel-id>\n'
        "  <field1>21.5</field1>\n"
        '  <field2 nil="true"/>\n'
        '  <field3 nil="true"/>\n'
        '  <field4 nil="true"/>\n'
        '  <field5 nil="true"/>\n'
        '  <field6 nil="true"/>\n'
        '  <field7 nil="true"/>\n'
        '  <field8 nil="true"/>\n'
        '  <created-at type="dateTime">2024-11-10T12:49:42Z</created-at>\n'
        '  <entry-id type="integer">1</entry-id>\n'
        '  <status nil="true"/>\n'
        '  <latitude type="decimal" nil="true"/>\n'
        '  <longitude type="decimal" nil="true"/>\n'
        '  <elevation nil="true"/>\n'
        "</feed>\n"
    )


FULL = {
    "field1": "21.5",
    "field2": "",
    "field8": '<b>"5" & °C</b>',
    "lat": "51.50",
    "long": "-0.12",
    "elevation": "300m MSL",
    "status": "a/b\nc",
    "created_at": "2014-12-31 23:59:59",
    "timezone": "America/New_York",
}


def test_the_json_echo_of_a_full_entry(write):
    assert write("/update.json", **FULL).text == (
        '{"channel_id":1,"created_at":"2014-12-31T23:59:59-05:00","entry_id":1,"field1":"21.5",'
        '"field2":"","field3":null,"field4":null,"field5":null,"field6":null,"field7":null,'
        '"field8":"\\u003cb\\u003e\\"5\\" \\u0026 °C\\u003c/b\\u003e","latitude":"51.5",'
        '"longitude":"-0.12","elevation":"300m MSL","status":"a/b\\nc"}'
    )


def test_the_xml_echo_of_a_full_entry(write):
    assert write("/update.xml", **FULL).text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<feed>\n"
        '  <channel-id type="integer">1</channel-id>\n'
        "  <field1>21.5</field1>\n"
        "  <field2></field2>\n"
        '  <field3 nil="true"/>\n'
        '  <field4 nil="true"/>\n'
        '  <field5 nil="true"/>\n'
        '  <field6 nil="true"/>\n'
        '  <field7 nil="true"/>\n'
        "  <field8>&lt;b&gt;&quot;5&quot; &amp; °C&lt;/b&gt;</field8>\n"
        '  <created-at type="dateTime">2014-12-31T23:59:59-05:00</created-at>\n'
        '  <entry-id type="integer">1</entry-id>\n'
        "  <status>a/b\nc</status>\n"
        '  <latitude type="decimal">51.5</latitude>\n'
        '  <longitude type="decimal">-0.12</longitude>\n'
        "  <elevation>300m MSL</elevation>\n"
        "</feed>\n"
    )


def test_the_echo_lists_fields_without_a_label_too(client, add_channel):
    channel = add_channel(labels=())
    echo = client.get("/update.json", {"api_key": channel.write_key, "field7": "1"}).json
    assert echo["field7"] == "1"
    assert len(echo) == 15


@pytest.mark.parametrize(
    ("accept", "is_object"),
    [
        ("application/json", True),
        ("Application/JSON", True),
        ("application/json; charset=utf-8", True),
        ("*/*", False),
        ("text/html", False),
        ("application/json, text/plain, */*", False),
        ("application/json;q=0.9,text/html", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("image/png", False),
        ("", False),
    ],
)
def test_accept_chooses_the_format_only_without_a_comma(client, channel, accept, is_object):
    key = {"api_key": channel.write_key}
    answer = client.get("/update", key, headers={"Accept": accept})
    assert answer.text.startswith('{"channel_id":1,') if is_object else answer.text == "1"


def test_the_suffix_beats_accept(client, channel):
    key = {"api_key": channel.write_key}
    answer = client.get("/update.txt", key, headers={"Accept": "application/json"})
    assert answer.text == "1"


@pytest.mark.parametrize("name", ["json", "xml"])
def test_the_parameter_format_is_as_good_as_the_suffix(write, name):
    by_parameter, by_suffix = write(format=name), write(f"/update.{name}")
    assert by_parameter.headers["Content-Type"] == by_suffix.headers["Content-Type"]
    assert by_parameter.text.replace("1", "2") == by_suffix.text.replace("1", "2")


@pytest.mark.parametrize("path", ["//update", "/update/", "///s//update//"])
def test_slashes_too_many_are_passed_over(write, path):
    assert write(path).text == "1"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/update", "/update.json", "/s/update", "/s/update.xml"])
def test_update_takes_get_and_post_alone(client, channel, method, path):
    answer = client.request(f"{path}?api_key={channel.write_key}&field1=1", method=method)
    assert answer.status_int == 404
    assert Entry.select().count() == 0


# --- parameters, wherever they come from ----------------------------------------------------------


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, b"field1=21.5&status=hello+there%21"),
        (f"{FORM}; charset=UTF-8", b"field1=21.5&status=hello%20there!"),
        (None, b"field1=21.5&status=hello there!"),
        ("text/plain", b"field1=21.5&status=hello there!"),
        ("application/json", b'{"field1":"21.5","status":"hello there!"}'),
        ("application/json; charset=utf-8", b'{"field1":21.5,"status":"hello there!"}'),
        ("application/json", b'\xef\xbb\xbf {"field1":"21.5","status":"hello there!"}\r\n\0'),
        (
            "multipart/form-data; boundary=XYZ",
            b'--XYZ\r\nContent-Disposition: form-data; name="field1"\r\n\r\n21.5\r\n'
            b'--XYZ\r\nContent-Disposition: form-data; name="status"\r\n\r\nhello there!\r\n'
            b"--XYZ--\r\n",
        ),
        (
            'Multipart/Form-Data; charset=utf-8; boundary="X Z"',
            b"a preamble\r\n--X Z\r\nContent-Type: text/plain\r\n"
            b"content-disposition: form-data; filename=a.txt; name=field1\r\n\r\n21.5\r\n"
            b'--X Z\r\nContent-Disposition: form-data; name="status"\r\n\r\nhello there!\r\n'
            b"--X Z--",
        ),
        (
            "multipart/form-data; boundary=XYZ",
            b'--XYZ\nContent-Disposition: form-data; name="field1"\n\n21.5\n'
            b'--XYZ\nContent-Disposition: form-data; name="status"\n\nhello there!\n--XYZ--\n',
        ),
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_body_of_any_kind_is_read(client, channel, last, content_type, body, method):
    path = f"/update?api_key={channel.write_key}"
    assert send(client, body, content_type, path, method).text == "1"
    assert last()["field1"] == "21.5"
    assert last()["status"] == "hello there!"


def test_a_post_may_have_everything_in_the_query_and_no_body(client, channel, last):
    path = f"/update?api_key={channel.write_key}&field1=5"
    assert send(client, b"", FORM, path).text == "1"
    assert last()["field1"] == "5"


def test_the_query_beats_the_body(client, channel, last):
    path = f"/update?field1=query&api_key={channel.write_key}"
    assert send(client, b"field1=body&field2=body&api_key=WRONG", FORM, path).text == "1"
    assert (last()["field1"], last()["field2"]) == ("query", "body")


def test_the_query_beats_a_json_body(client, channel, last):
    path = f"/update?field1=query&api_key={channel.write_key}"
    assert send(client, b'{"field1":1,"field2":2}', "application/json", path).text == "1"
    assert (last()["field1"], last()["field2"]) == ("query", "2")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, b"field1=first&field1=second"),
        ("application/json", b'{"field1":"first","field1":"second"}'),
        (
            "multipart/form-data; boundary=X",
            b'--X\r\nContent-Disposition: form-data; name="field1"\r\n\r\nfirst\r\n'
            b'--X\r\nContent-Disposition: form-data; name="field1"\r\n\r\nsecond\r\n--X--',
        ),
    ],
)
def test_of_repeated_names_the_last_counts(client, channel, last, content_type, body):
    send(client, body, content_type, f"/update?api_key={channel.write_key}")
    assert last()["field1"] == "second"


def test_of_names_repeated_in_the_query_the_last_counts(client, channel, last):
    client.get(f"/update?field1=first&field1=second&api_key={channel.write_key}")
    assert last()["field1"] == "second"


def test_an_xml_body_is_passed_over(client, channel, last):
    body = b"<update><field1>5</field1></update>"
    path = f"/update?field2=6&api_key={channel.write_key}"
    assert send(client, body, "application/xml", path).text == "1"
    assert (last()["field1"], last()["field2"]) == (None, "6")


@pytest.mark.parametrize(
    "body", [b"{", b'{"field1":}', b"[1,2]", b'"text"', b"5", b"null", b"field1=5", b"\xff\xfe"]
)
def test_a_json_body_that_is_no_object_is_refused(client, channel, body):
    path = f"/update.json?api_key={channel.write_key}"
    answer = send(client, body, "application/json", path)
    assert (answer.status_int, answer.body) == (400, b"0")
    assert "JSON" in answer.headers["X-ThingClone-Reason"]
    assert Entry.select().count() == 0


def test_a_multipart_body_without_a_boundary_is_refused(client, channel):
    path = f"/update?api_key={channel.write_key}"
    answer = send(client, b"field1=5", "multipart/form-data", path)
    assert (answer.status_int, answer.body) == (400, b"0")
    assert Entry.select().count() == 0


@pytest.mark.parametrize("settings", [Settings(max_body=1000)])
@pytest.mark.parametrize(
    ("content_type", "start", "end"),
    [
        (FORM, b"field1=", b""),
        ("application/json", b'{"field1":"', b'"}'),
        (
            "multipart/form-data; boundary=X",
            b'--X\r\nContent-Disposition: form-data; name="field1"\r\n\r\n',
            b"\r\n--X--",
        ),
    ],
)
def test_a_body_beyond_the_limit_is_refused(client, channel, content_type, start, end):
    path = f"/update?api_key={channel.write_key}"
    for size, status, text in ((1000, 200, "1"), (1001, 413, "0")):
        body = start + b"5" * (size - len(start) - len(end)) + end
        answer = send(client, body, content_type, path)
        assert (answer.status_int, answer.text) == (status, text)
    assert answer.headers["X-ThingClone-Reason"] == "the body has 1001 bytes: the limit is 1000"


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (b"field1=a+b%20c", "a b c"),
        (b"field1=50%", "50%"),
        (b"field1=%zz%4", "%zz%4"),
        (b"field1=%41%e2%82%AC", "A€"),
        ("field1=°C".encode(), "°C"),
        (b"field1=a=b=c", "a=b=c"),
        (b"field1", ""),
        (b"field1=", ""),
        (b"&&field1=5&&", "5"),
        (b"field1=5&=6&foo", "5"),
        (b"field1=a\xffb", "a\ufffdb"),
        (b"field1=a%ffb%C3", "a\ufffdb\ufffd"),
        (b"field1=%ed%a0%80", "\ufffd\ufffd\ufffd"),
        (b"field1=a%00b", "a\ufffdb"),
        (b"field1=a;b", "a;b"),
        (b"field1={%22x%22:1}", '{"x":1}'),
        (b"field1=%F0%9F%8C%B1", "🌱"),
        (b"field1=  5  ", "  5  "),
        (b"field1=%31%0d%0a", "1\r\n"),
    ],
)
def test_queries_and_forms_are_decoded_leniently(client, channel, last, query, value):
    key = f"api_key={channel.write_key}&".encode()
    assert send(client, key + query + b"&field2=end", FORM).text == "1"
    assert last()["field1"] == value
    request = TestRequest.blank("/update")
    request.environ["QUERY_STRING"] = (key + query).decode("latin-1")
    assert client.do_request(request).text == "2"
    assert last()["field1"] == value


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\n\r\n", b"\r"])
def test_line_ends_after_a_form_body_belong_to_no_value(client, channel, last, end):
    body = f"api_key={channel.write_key}&field1=5".encode()
    assert send(client, body + end, FORM).text == "1"
    assert last()["field1"] == "5"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a\\u0000b"', "a\ufffdb"),
        ('"\\ud83c"', "\ufffd"),
        ('"\\ud83c\\udf31"', "🌱"),
        ('"°C"', "°C"),
        ('"tab\there"', "tab\there"),
    ],
)
def test_json_text_is_stored_as_far_as_it_can_be(client, channel, last, text, value):
    path = f"/update?api_key={channel.write_key}"
    body = f'{{"field1":{text}}}'.encode()
    assert send(client, body, "application/json", path).text == "1"
    assert last()["field1"] == value


def test_multipart_text_that_is_no_utf_8_is_stored_as_far_as_it_can_be(client, channel, last):
    head = b'--X\r\nContent-Disposition: form-data; name="field1"\r\n\r\n'
    body = head + b"a\xffb\0c\r\n--X--\r\n"
    path = f"/update?api_key={channel.write_key}"
    assert send(client, body, "multipart/form-data; boundary=X", path).text == "1"
    assert last()["field1"] == "a\ufffdb\ufffdc"


# --- numbers of JSON bodies -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "echoed", "stored"),
    [
        ("24.9", "24.9", "24.9"),
        ("24", "24", "24"),
        ("-3", "-3", "-3"),
        ("0", "0", "0"),
        ("12.0", "12.0", "12.0"),
        ("24.90", "24.9", "24.9"),
        ("true", "true", "true"),
        ("false", "false", "false"),
        ('"24.9"', '"24.9"', "24.9"),
        ('""', '""', ""),
        ("null", "null", None),
        ("NaN", '"NaN"', "NaN"),
        ("1e16", "1e+16", "1.0e+16"),
        ("123456789012345678901234567890", "123456789012345678901234567890",
         "123456789012345678901234567890"),
        ("1e999", '"1e999"', "1e999"),
        ("9" * 5000, '"' + "9" * 255 + '"', "9" * 255),
        ("-" + "9" * 5000, '"-' + "9" * 254 + '"', "-" + "9" * 254),
    ],
)  # fmt: skip
def test_json_numbers_are_echoed_as_numbers_and_stored_as_text(
    client, channel, last, sent, echoed, stored
):
    body = f'{{"api_key":"{channel.write_key}","field1":{sent}}}'.encode()
    answer = send(client, body, "application/json", "/update.json")
    assert answer.text == (
        f'{{"channel_id":1,"created_at":"2024-05-01T12:00:00Z","entry_id":1,"field1":{echoed},'
        '"field2":null,"field3":null,"field4":null,"field5":null,"field6":null,"field7":null,'
        '"field8":null,"latitude":null,"longitude":null,"elevation":null,"status":null}'
    )
    assert last()["field1"] == stored


def test_the_xml_echo_of_a_json_number_is_its_text(client, channel):
    body = f'{{"api_key":"{channel.write_key}","field1":1e16,"field2":true}}'.encode()
    answer = send(client, body, "application/json", "/update.xml")
    assert "<field1>1.0e+16</field1>\n  <field2>true</field2>" in answer.text


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, []])
def test_a_list_or_an_object_as_value_is_left_out_and_said_so(client, channel, last, value):
    body = {"api_key": channel.write_key, "field1": value, "field2": 5}
    answer = client.post_json("/update", body)
    assert answer.text == "1"
    assert answer.headers["X-ThingClone-Reason"] == (
        "field1 was ignored: a value must be text or a number, not a list or an object"
    )
    assert (last()["field1"], last()["field2"]) == (None, "5")


# --- keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["api_key", "key", "apikey"])
def test_the_key_may_be_a_parameter_of_three_names(client, channel, name):
    assert client.get("/update", {name: channel.write_key}).text == "1"
    assert client.post("/update", {name: channel.write_key}).text == "2"
    assert client.post_json("/update", {name: channel.write_key}).text == "3"


@pytest.mark.parametrize(
    "name",
    [
        "X-THINGSPEAKAPIKEY",
        "THINGSPEAKAPIKEY",
        "X-ThingSpeakAPIKey",
        "x-thingspeakapikey",
        "My-ThingSpeakApiKey-Header",
    ],
)
def test_any_header_with_thingspeakapikey_in_its_name_brings_the_key(client, channel, name):
    assert client.get("/update", headers={name: channel.write_key}).text == "1"
    assert client.post("/update", {"field1": "5"}, headers={name: channel.write_key}).text == "2"


def test_the_header_beats_the_parameters(client, add_channel):
    by_header, by_parameter = add_channel(), add_channel()
    header = {"X-THINGSPEAKAPIKEY": by_header.write_key}
    client.get("/update", {"api_key": by_parameter.write_key}, headers=header)
    assert [entry.channel_id for entry in Entry.select()] == [by_header.id]


@pytest.mark.parametrize("value", ["WRONG", ""])
def test_a_wrong_header_is_not_rescued_by_a_right_parameter(client, channel, value):
    header = {"X-THINGSPEAKAPIKEY": value}
    answer = client.get("/update", {"api_key": channel.write_key}, headers=header)
    assert (answer.status_int, answer.body) == (400, b"0")


def test_of_the_parameters_key_beats_api_key_and_that_beats_apikey(client, channel):
    right, wrong = channel.write_key, "WRONG"
    query = {"apikey": wrong, "api_key": wrong, "key": right}
    assert client.get("/update", query).text == "1"
    assert client.get("/update", {"apikey": wrong, "api_key": right}).text == "2"
    assert client.get("/update", {"api_key": right, "key": wrong}).text == "0"


@pytest.mark.parametrize("key", ["writekey00000001", " WRITEKEY00000001 ", "WriteKey00000001\t"])
def test_keys_are_compared_without_case_and_blanks(client, channel, key):
    assert client.get("/update", {"api_key": key}).text == "1"


@pytest.mark.parametrize("suffix", EVERY_SUFFIX)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_key_is_answered_with_0(client, channel, suffix, method):
    answer = getattr(client, method)(f"/update{suffix}", {"api_key": "WRONG", "field1": "5"})
    assert (answer.status, answer.body) == ("400 Bad Request", b"0")
    assert answer.headers["Content-Length"] == "1"
    assert answer.headers["X-ThingClone-Reason"] == "no channel has this write key"
    assert Entry.select().count() == 0


def test_a_refused_update_json_is_json_by_type(client, channel):
    answer = client.get("/update.json", {"api_key": "WRONG"})
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


NO_KEY = "a write needs the channel's write key: send api_key=... or the header X-THINGSPEAKAPIKEY"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (None, NO_KEY),
        ("", NO_KEY),
        ("   ", NO_KEY),
        ("WRONG", "no channel has this write key"),
        ("a\0b", "no channel has this write key"),
        ("WRITEKEY00000001X", "no channel has this write key"),
        ("x" * 5000, "no channel has this write key"),
        ("ключ", "no channel has this write key"),
        ("READKEY000000001", "this is a read key: a write needs the channel's write key"),
        ("readkey000000001", "this is a read key: a write needs the channel's write key"),
    ],
)
def test_every_wrong_key_is_told_its_reason(client, channel, key, reason):
    answer = client.get("/update", {"field1": "5"} | ({} if key is None else {"api_key": key}))
    assert (answer.status_int, answer.body) == (400, b"0")
    assert answer.headers["X-ThingClone-Reason"] == reason


def test_a_user_key_does_not_write(client, channel, gardener):
    answer = client.get("/update", {"api_key": gardener.api_key, "field1": "5"})
    assert (answer.status_int, answer.body) == (400, b"0")
    assert answer.headers["X-ThingClone-Reason"] == (
        "this is a user key: a write needs the channel's write key, or the mac of a device"
    )


@pytest.mark.parametrize("key", [5, 1.5, True, [], ["WRITEKEY00000001"], {"a": 1}])
def test_a_key_that_is_no_text_is_wrong(client, channel, key):
    answer = client.post_json("/update", {"api_key": key, "field1": "5"})
    assert (answer.status_int, answer.body) == (400, b"0")


def test_a_key_may_be_all_digits_and_a_json_number(client, add_channel):
    add_channel(write_key="1234567890123456")
    assert client.post_json("/update", {"api_key": 1234567890123456}).text == "1"


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(1, 9))
def test_a_bare_digit_is_a_field(client, channel, write, number):
    write(**{str(number): "7"})
    read = {"api_key": channel.read_key}
    assert client.get(f"/channels/1/fields/{number}/last", read).text == "7"


def test_the_long_name_of_a_field_beats_the_digit(write, last):
    write(**{"1": "short", "field1": "long"})
    assert last()["field1"] == "long"


def test_the_digit_counts_where_the_long_name_is_null(client, channel, last):
    client.post_json("/update", {"api_key": channel.write_key, "field1": None, "1": "short"})
    assert last()["field1"] == "short"


def test_lat_and_long_are_latitude_and_longitude(write, last):
    write(lat="51.5", long="-0.12")
    assert (last()["latitude"], last()["longitude"]) == ("51.5", "-0.12")
    write(lat="1", latitude="2", long="3", longitude="4")
    assert (last()["latitude"], last()["longitude"]) == ("2.0", "4.0")


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("51.5", "51.5"),
        ("40", "40.0"),
        ("-0.120000", "-0.12"),
        ("1.12345678901", "1.123456789"),
        ("1.00000000005", "1.0000000001"),
        ("abc", "0.0"),
        ("12abc", "12.0"),
        ("123456.7", "99999.9999999999"),
        ("-1e300", "-99999.9999999999"),
        ("-0", "0.0"),
        ("", None),
    ],
)
def test_coordinates_are_decimals_without_superfluous_zeros(write, last, sent, stored):
    echo = write("/update.json", latitude=sent).json
    assert (echo["latitude"], last()["latitude"]) == (stored, stored)


def test_json_coordinates_are_echoed_as_text(client, channel):
    body = {"api_key": channel.write_key, "latitude": 40, "longitude": -4.25}
    echo = client.post_json("/update.json", body).json
    assert (echo["latitude"], echo["longitude"]) == ("40.0", "-4.25")


@pytest.mark.parametrize(
    "value",
    ["NaN", "nan", "inf", "-inf", "", " ", "null", "1,5", "+5", "007", "1e5", "a\nb\r\n", "'; --"],
)
def test_a_value_is_kept_exactly_as_it_was_sent(write, last, value):
    assert write(field1=value).text == "1"
    assert last()["field1"] == value


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (r"5\n", "5"),
        (r"5\r", "5"),
        (r"5\r\n", "5"),
        (r"5\n\r", r"5\n"),
        (r"5\n\n", r"5\n"),
        (r"\n", ""),
        (r"a\nb", r"a\nb"),
        (r"5\N", r"5\N"),
    ],
)
def test_a_literal_backslash_n_or_r_at_the_end_is_taken_off(write, last, sent, stored):
    write(field1=sent, status=sent)
    assert (last()["field1"], last()["status"]) == (stored, stored)


@pytest.mark.parametrize("value", ["ip_address", "IP_ADDRESS", "Ip_Address", r"ip_address\r\n"])
@pytest.mark.parametrize("name", ["field1", "status", "elevation"])
def test_ip_address_is_replaced_with_the_address_of_the_client(client, channel, last, value, name):
    query = {"api_key": channel.write_key, name: value}
    client.get("/update", query, extra_environ={"REMOTE_ADDR": "198.51.100.7"})
    assert last()[name] == "198.51.100.7"


@pytest.mark.parametrize("name", ["field1", "field8", "status", "elevation"])
def test_a_value_is_cut_off_after_255_characters(write, name):
    value = "é" * 255
    answer = write("/update.json", **{name: value})
    assert answer.json[name] == value
    assert "X-ThingClone-Reason" not in answer.headers
    answer = write("/update.json", **{name: value + "x"})
    assert answer.status_int == 200
    assert answer.json[name] == value
    assert answer.headers["X-ThingClone-Reason"] == f"{name} was truncated to 255 characters"


def test_a_value_is_cut_off_in_a_multipart_body_of_any_size(client, channel, last):
    head = b'--X\r\nContent-Disposition: form-data; name="field1"\r\n\r\n'
    body = head + b"5" * 300_000 + b"\r\n--X--\r\n"
    path = f"/update?api_key={channel.write_key}"
    answer = send(client, body, "multipart/form-data; boundary=X", path)
    assert answer.text == "1"
    assert answer.headers["X-ThingClone-Reason"] == "field1 was truncated to 255 characters"
    assert last()["field1"] == "5" * 255


def test_a_parameter_without_a_name_is_no_value(client, channel, last):
    assert client.get(f"/update?api_key={channel.write_key}&=5&field1=21.5").text == "1"
    assert (last()["field1"], last()["elevation"], last()["status"]) == ("21.5", None, None)


def test_unknown_parameters_are_passed_over(write, last):
    assert write(field9="9", field0="0", tweet="hello", twitter="me", _="123", a="b").text == "1"
    assert last()["field1"] is None


# --- created_at -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "stored", "echoed"),
    [
        ({"created_at": "2014-12-31 23:59:59"}, "2014-12-31T23:59:59Z", "2014-12-31T23:59:59Z"),
        ({"created_at": "2014-12-31T23:59:59Z"}, "2014-12-31T23:59:59Z", "2014-12-31T23:59:59Z"),
        ({"created_at": "2014-12-31"}, "2014-12-31T00:00:00Z", "2014-12-31T00:00:00Z"),
        (
            {"created_at": "2014-12-31T23:59:59+01:00"},
            "2014-12-31T22:59:59Z",
            "2014-12-31T22:59:59Z",
        ),
        (
            {"created_at": "2014-07-01 12:00:00", "timezone": "Europe/London"},
            "2014-07-01T11:00:00Z",
            "2014-07-01T12:00:00+01:00",
        ),
        (
            {"created_at": "2014-12-31 12:00:00", "timezone": "Europe/London"},
            "2014-12-31T12:00:00Z",
            "2014-12-31T12:00:00+00:00",
        ),
        (
            {"created_at": "2014-07-01T12:00:00Z", "timezone": "America/New_York"},
            "2014-07-01T12:00:00Z",
            "2014-07-01T08:00:00-04:00",
        ),
        (
            {"created_at": "2014-07-01 12:00:00", "offset": "9"},
            "2014-07-01T03:00:00Z",
            "2014-07-01T12:00:00+09:00",
        ),
        (
            {"created_at": "2014-07-01 12:00:00", "offset": "9", "timezone": "Europe/London"},
            "2014-07-01T11:00:00Z",
            "2014-07-01T12:00:00+01:00",
        ),
        (
            {"created_at": "2014-07-01 12:00:00", "timezone": "europe/london"},
            "2014-07-01T12:00:00Z",
            "2014-07-01T12:00:00Z",
        ),
        ({"timezone": "Asia/Tokyo"}, "2024-05-01T12:00:00Z", "2024-05-01T21:00:00+09:00"),
        ({"created_at": ""}, "2024-05-01T12:00:00Z", "2024-05-01T12:00:00Z"),
        ({"created_at": "2094-01-01 00:00:00"}, "2094-01-01T00:00:00Z", "2094-01-01T00:00:00Z"),
    ],
)
def test_created_at_is_read_and_echoed_in_the_zone_of_the_request(
    write, last, params, stored, echoed
):
    answer = write("/update.json", **params)
    assert answer.json["created_at"] == echoed
    assert last()["created_at"] == stored
    assert "X-ThingClone-Reason" not in answer.headers


@pytest.mark.parametrize("separator", [b"%20", b"+", b" ", b"T"])
def test_a_blank_or_a_plus_parts_date_and_time(client, channel, last, separator):
    body = f"api_key={channel.write_key}&created_at=2014-12-31".encode()
    send(client, body + separator + b"23:59:59", FORM)
    assert last()["created_at"] == "2014-12-31T23:59:59Z"


@pytest.mark.parametrize(
    "date", ["soon", "0000-00-00 00:00:00", "2014-02-30", "99999-01-01", "25:00", "\ufffd", "-"]
)
def test_a_created_at_that_cannot_be_read_is_now(write, last, date):
    answer = write(created_at=date)
    assert answer.text == "1"
    assert answer.headers["X-ThingClone-Reason"] == (
        "created_at is not a valid date: the time of arrival was used"
    )
    assert last()["created_at"] == "2024-05-01T12:00:00Z"


@pytest.mark.parametrize("date", [[2014], [0] * 5000, {"a": 1}, True, 1e300, -(10**18)])
def test_a_json_created_at_that_cannot_be_read_is_now(client, channel, last, date):
    body = {"api_key": channel.write_key, "created_at": date}
    assert client.post_json("/update", body).text == "1"
    assert last()["created_at"] == "2024-05-01T12:00:00Z"


def test_a_repeated_created_at_is_stored(client, channel, write):
    for number in ("1", "2"):
        assert write(created_at="2014-12-31 23:59:59", field1=number).text == number
    feed = client.get("/channels/1/feeds.json", {"api_key": channel.read_key}).json["feeds"]
    assert feed == [
        {"created_at": "2014-12-31T23:59:59Z", "entry_id": 1, "field1": "1", "field2": None},
        {"created_at": "2014-12-31T23:59:59Z", "entry_id": 2, "field1": "2", "field2": None},
    ]


# --- write interval -------------------------------------------------------------------------------


def test_by_default_a_channel_may_be_written_to_without_a_pause(write):
    assert [write().text for _ in range(3)] == ["1", "2", "3"]


@with_interval
@pytest.mark.parametrize("suffix", EVERY_SUFFIX)
def test_a_write_that_comes_too_soon_is_answered_200_0(write, clock, suffix):
    write()
    clock.advance(14.9)
    answer = write(f"/update{suffix}", field1="5")
    assert (answer.status, answer.body) == ("200 OK", b"0")
    assert answer.headers["X-ThingClone-Reason"] == "channel 1 accepts one write every 15 seconds"
    assert Entry.select().count() == 1
    clock.advance(0.1)
    assert write().text == "2"


@with_interval
def test_a_rejected_write_does_not_move_the_window(write, clock):
    assert write().text == "1"
    clock.advance(10)
    assert write().text == "0"
    clock.advance(5)
    assert write().text == "2"


@with_interval
def test_the_window_counts_from_arrival_not_from_created_at(write, clock):
    assert write(created_at="2094-01-01").text == "1"
    assert write(created_at="2004-01-01").text == "0"
    clock.advance(15)
    assert write(created_at="2004-01-01").text == "2"


@with_interval
@pytest.mark.parametrize(("name", "answer"), [("talkback_key", ""), ("tstream", "3")])
def test_talkback_key_and_tstream_lift_the_interval(write, last, name, answer):
    assert write().text == "1"
    assert write(**{name: ""}).text == "2"
    assert write(**{name: "x"}).text == answer
    assert last()["entry_id"] == 3


@with_interval
def test_a_clock_that_was_set_back_locks_no_channel_up(write, clock):
    assert write().text == "1"
    clock.advance(-3600)
    assert write().text == "2"
    assert write().text == "0"


@with_interval
def test_the_channels_have_intervals_of_their_own(client, add_channel):
    for channel in (add_channel(), add_channel()):
        assert client.get("/update", {"api_key": channel.write_key}).text == "1"


@with_interval
def test_a_wrong_key_is_400_whatever_the_interval(client, channel, write):
    write()
    answer = client.get("/update", {"api_key": channel.read_key})
    assert (answer.status_int, answer.body) == (400, b"0")


@pytest.mark.parametrize("settings", [Settings(write_interval=0.5)])
def test_the_interval_may_be_a_fraction_of_a_second(write, clock):
    assert (write().text, write().text) == ("1", "0")
    clock.advance(0.5)
    assert write().text == "2"


# --- labels ---------------------------------------------------------------------------------------


def feed_of(client, channel) -> dict:
    return client.get(f"/channels/{channel.id}/feeds.json", {"api_key": channel.read_key}).json


def test_a_field_without_a_label_gets_one_at_the_first_write(client, channel, write):
    write(field1="1", field5="5")
    feed = feed_of(client, channel)
    labels = {name: label for name, label in feed["channel"].items() if name.startswith("field")}
    assert labels == {"field1": "Temperature", "field2": "Humidity", "field5": "Field 5"}
    assert feed["feeds"][0]["field5"] == "5"


def test_a_bulk_write_labels_fields_too(client, channel):
    updates = [{"created_at": 1714564800, "field3": 1}, {"created_at": 1714564801, "field4": 1}]
    bulk = {"write_api_key": channel.write_key, "updates": updates}
    client.post_json("/channels/1/bulk_update.json", bulk)
    shown = feed_of(client, channel)["channel"]
    assert (shown["field3"], shown["field4"]) == ("Field 3", "Field 4")


def test_an_empty_label_that_the_owner_set_stays(client, add_channel):
    channel = add_channel(labels=("Temperature", ""))
    client.get("/update", {"api_key": channel.write_key, "field1": "1", "field2": "2"})
    assert feed_of(client, channel)["feeds"] == [
        {"created_at": "2024-05-01T12:00:00Z", "entry_id": 1, "field1": "1"}
    ]
    assert Entry.get().field2 == "2"


@pytest.mark.parametrize("settings", [Settings(auto_label=False)])
def test_without_auto_label_a_field_is_stored_and_not_shown(client, channel, write):
    write(field1="1", field5="5")
    feed = feed_of(client, channel)
    assert "field5" not in feed["channel"]
    assert feed["feeds"] == [
        {"created_at": "2024-05-01T12:00:00Z", "entry_id": 1, "field1": "1", "field2": None}
    ]
    assert Entry.get().field5 == "5"


def test_updated_at_of_a_channel_does_not_move_with_a_write(client, channel, write, clock):
    clock.advance(60)
    write(field1="1")
    assert feed_of(client, channel)["channel"]["updated_at"] == "2024-05-01T12:00:00Z"


# --- headers of answers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/update?api_key=WRITEKEY00000001", 200),
        ("POST", "/update.json?api_key=WRITEKEY00000001", 200),
        ("GET", "/update?api_key=WRONG", 400),
        ("PUT", "/update", 404),
        ("GET", "/nothing/here", 404),
        ("GET", "/channels/1/bulk_update.json", 405),
        ("POST", "/channels/1/bulk_update.json", 400),
        ("OPTIONS", "/update", 200),
        ("OPTIONS", "/update.json", 200),
        ("OPTIONS", "/channels/1/bulk_update.json", 200),
        ("OPTIONS", "/one/two/three/four/five/six/seven", 200),
        ("OPTIONS", "/", 200),
    ],
)
def test_every_answer_may_be_read_by_any_origin_and_is_never_taken_for_a_page(
    client, channel, method, path, status
):
    answer = client.request(path, method=method)
    assert answer.status_int == status
    for name, value in CORS.items():
        assert answer.headers.getall(name) == [value]
    assert answer.headers.getall("X-Content-Type-Options") == ["nosniff"]
    assert "html" not in answer.headers["Content-Type"]
    assert "Set-Cookie" not in answer.headers


def test_options_writes_nothing_and_has_no_body(client, channel):
    path = f"/update?api_key={channel.write_key}&field1=5"
    answer = client.request(path, method="OPTIONS")
    assert answer.body == b""
    assert answer.headers["Content-Length"] == "0"
    assert Entry.select().count() == 0


@pytest.mark.parametrize("path", ["/nothing", "/nothing/here.exe", "/updates", "/channel"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_what_is_not_there_is_404(client, database_url, path, method):
    answer = client.request(path, method=method)
    assert (answer.status_int, answer.text) == (404, "error_resource_not_found")


def test_errors_are_not_cached(client, channel, write):
    assert client.get("/update").headers["Cache-Control"] == "no-cache"
    assert write().headers["Cache-Control"] == "max-age=0, private, must-revalidate"


@pytest.mark.parametrize("method", ["get", "post"])
def test_headers_false_leaves_the_necessary_headers_alone(bare_client, channel, method):
    params = {"api_key": channel.write_key, "field1": "5", "headers": "false"}
    answer = getattr(bare_client, method)("/update", params)
    assert answer.body == b"1"
    assert set(answer.headers) == BARE
    assert answer.headers["Content-Length"] == "1"


def test_headers_false_in_a_body_that_ends_with_a_line_end(bare_client, channel):
    body = f"api_key={channel.write_key}&field1=5&headers=false\n".encode()
    answer = send(bare_client, body, FORM)
    assert answer.body == b"1"
    assert set(answer.headers) == BARE


def test_headers_false_counts_for_refusals_too(bare_client, channel):
    answer = bare_client.get("/update", {"api_key": "WRONG", "headers": "false"})
    assert (answer.status_int, answer.body) == (400, b"0")
    assert set(answer.headers) == BARE


@pytest.mark.parametrize("value", ["False", "FALSE", "0", "no", "", "true", "false "])
def test_any_other_value_of_headers_does_nothing(write, value):
    assert set(CORS) < set(write(headers=value).headers)


def test_a_reason_never_holds_a_line_end(client, channel):
    body = json.dumps({"api_key": channel.write_key}).encode() + b'"\r\nSet-Cookie: a=b'
    answer = send(client, body, "application/json")
    assert answer.status_int == 400
    assert "\n" not in answer.headers["X-ThingClone-Reason"]
    assert "Set-Cookie" not in answer.headers
