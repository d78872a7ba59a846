"""What boards of every kind write to."""

import pytest


@pytest.fixture
def database_url(sqlite_database):
    """An empty SQLite database: to a board all databases are the same."""
    return sqlite_database
