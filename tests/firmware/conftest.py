"""What boards of every kind write to."""

import pytest

from thingclone.database import connect, database


@pytest.fixture
def database_url(tmp_path):
    """An empty SQLite database: to a board all databases are the same."""
    url = f"sqlite:///{tmp_path}/thingclone.db"
    connect(url)
    yield url
    database.close()
