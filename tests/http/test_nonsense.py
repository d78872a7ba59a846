"""No request ends in a fault, whatever its parameters say."""

import pytest

READS = [
    f"/channels/1/{path}{suffix}"
    for path in (
        "feeds",
        "fields/1",
        "feeds/last",
        "feeds/1",
        "fields/1/last",
        "fields/1/1",
        "feeds/last_average",
        "feeds/last_sum",
        "feeds/last_data_age",
        "fields/1/last_data_age",
        "status",
        "status/last",
        "status/recent",
    )
    for suffix in ("", ".json", ".xml", ".csv")
] + [
    "/stream/channels/1/feeds",
    "/channels/1.json",
    "/channels/public.json",
    "/users/gardener.json",
    "/users/gardener/channels.xml",
    "/channels.json",
    "/channels/1/api_keys.xml",
]
# No parameter of a group keeps another one from being looked at.
GROUPS = [
    "results days minutes start end timezone status location metadata min max round timescale sum "
    "callback prepend append headers page tag latitude longitude distance average median",
    "start_entry_id end_entry_id offset key field_id average round channel_ids elevation field1",
    "format sum username lat long field1 created_at",
]
VALUES = [
    "",
    "0",
    "-1",
    "1.5",
    "9" * 25,
    "-" + "9" * 25,
    "2147483648",
    "9223372036854775807",
    "1e400",
    "nan",
    "inf",
    "abc",
    "%",
    "%00",
    "%FF%FE",
    "%ED%A0%80",
    "%C3%A9%F0%9F%8C%B1",
    "\xc3\xa9",
    "8%1C",
    "a" * 5000,
    "0001-01-01",
    "2024-02-30",
    "9999-12-31T23:59:59Z",
    "2024-05-01+24:61",
    "{}",
    "'; DROP TABLE entries; --",
    "../../../../etc/passwd",
    "daily",
    "10",
]


@pytest.mark.parametrize("group", GROUPS)
def test_no_parameter_makes_a_read_fail(client, public_channel, write, group):
    client.lint = False  # headers= may leave out the type
    write(public_channel, field1="5", status="ok", lat="1", long="2")
    write(public_channel, "2024-04-30", field1="7,5")
    for value in VALUES:
        query = "&".join(f"{name}={value}" for name in group.split())
        for read in READS:
            url = f"{read}?{query}"
            assert client.get(url).status_int < 500, url


def test_no_parameter_makes_a_write_fail(client, public_channel):
    for group in GROUPS:
        for value in VALUES:
            pairs = [f"{name}={value}" for name in group.split() if name not in ("key", "headers")]
            url = f"/update?api_key=WRITEKEY00000001&{'&'.join(pairs)}"
            assert client.get(url).text.isdecimal(), url
    written = len(GROUPS) * len(VALUES)
    assert client.get("/channels/1/feeds/last.json").json["entry_id"] == written
