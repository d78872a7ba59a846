"""Labels that are given where values arrive, with several servers on one database."""

from urllib.parse import parse_qs, urlsplit

import psycopg

from tests.conftest import NOON
from tests.databases import on_postgresql
from thingclone.channels import access
from thingclone.channels.labels import fields_called
from thingclone.database.models import Channel
from thingclone.database.transactions import writing


@on_postgresql
def test_a_label_that_another_server_gave_meanwhile_is_seen(database_url, add_channel):
    channel = add_channel(labels=())
    host = parse_qs(urlsplit(database_url).query)["host"][0]
    another = psycopg.connect(host=host, user="thingclone", dbname="thingclone", autocommit=True)
    with writing():
        # Read before, and not read again when the lock of the counter was waited for.
        stale = access.channel_to_write(channel.write_key)
        another.execute("UPDATE channels SET field1 = 'theirs'")
        assert fields_called(stale, ["ours"], NOON) == {"ours": "field2"}
        assert fields_called(stale, ["theirs", "ours"], NOON) == {
            "theirs": "field1",
            "ours": "field2",
        }
    another.close()
    assert (Channel.get().field1, Channel.get().field2) == ("theirs", "ours")
