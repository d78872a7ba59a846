"""What is wrong with a JSON body: the same reason on every Python, written out in full."""

import pytest


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            '{"field1":1,}',
            "the body is not JSON: Illegal trailing comma before end of object:"
            " line 1 column 12 (char 11)",
        ),
        (
            '{"field1":[1,\n 2 ,\n]}',
            "the body is not JSON: Illegal trailing comma before end of array:"
            " line 2 column 4 (char 17)",
        ),
        ('{"field1":[1,}', "the body is not JSON: Expecting value: line 1 column 14 (char 13)"),
        ('{"field1":,}', "the body is not JSON: Expecting value: line 1 column 11 (char 10)"),
        (
            "{,}",
            "the body is not JSON: Expecting property name enclosed in double quotes:"
            " line 1 column 2 (char 1)",
        ),
        ('{"field1":1}}', "the body is not JSON: Extra data: line 1 column 13 (char 12)"),
        (" ", "the body is not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[" * 100 + "]" * 100, "the JSON body must be an object: {...}"),
        ("[" * 102 + "]" * 102, "the JSON body is nested too deeply"),
        ("[" * 3000 + "]" * 3000, "the JSON body is nested too deeply"),
        ("[" * 50_000, "the JSON body is nested too deeply"),
        ('"' + "[" * 200 + '"', "the JSON body must be an object: {...}"),
    ],
    ids=lambda text: text[:30],
)
def test_the_reason_for_refusing_a_body(client, channel, body, reason):
    url = f"/update?api_key={channel.write_key}"
    answer = client.post(url, body, content_type="application/json")
    assert (answer.status_int, answer.text) == (400, "0")
    assert answer.headers["X-ThingClone-Reason"] == reason
