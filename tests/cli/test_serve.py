"""`thingclone serve`: what it prints at the start, and how it ends."""

import re

from tests.servers import running


def test_the_first_start_prints_two_urls_that_work(database_url):
    with running(database_url) as server:
        write_url = re.search(r"http://\S+(/update\?\S+)", server.output).group(1)
        read_url = re.search(
            r"http://\S+(/channels/1/fields/1/last\.txt\?\S+)", server.output
        ).group(1)
        assert server.get(write_url) == (200, "1")
        assert server.get(read_url) == (200, "42")
        assert server.stop()[0] == 0


def test_a_second_start_keeps_everything_and_lists_the_channels(database_url):
    with running(database_url) as server:
        read_url = re.search(r"http://\S+(/channels/\S+)", server.output).group(1)
        server.get(re.search(r"http://\S+(/update\?\S+)", server.output).group(1))
        server.stop()
    with running(database_url) as server:
        assert "   1  My channel, 1 entry\n" in server.output
        assert "api_key=" not in server.output
        assert server.get(read_url) == (200, "42")
