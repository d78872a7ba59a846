"""What has been imported, and pulled from other servers: so that nothing comes twice, and what was
interrupted can go on.
"""


def up(migrator, db):
    channel = "INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE"
    for statement in (
        f"""CREATE TABLE imports (
            id {db.id_column},
            channel_id {channel},
            digest TEXT NOT NULL,
            file TEXT NOT NULL,
            entries INTEGER NOT NULL,
            done INTEGER NOT NULL,
            last_entry_id INTEGER,
            last_created_at BIGINT,
            began_at BIGINT NOT NULL,
            ended_at BIGINT
        )""",
        "CREATE INDEX imports_channel ON imports (channel_id)",
        """CREATE TABLE pulls (
            channel_id INTEGER PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
            url TEXT NOT NULL,
            number INTEGER NOT NULL,
            axis TEXT NOT NULL,
            last_entry_id INTEGER NOT NULL,
            fields TEXT NOT NULL
        )""",
        f"""CREATE TABLE pulled_windows (
            channel_id {channel},
            first BIGINT NOT NULL,
            last BIGINT NOT NULL,
            entries INTEGER NOT NULL,
            lowest_id INTEGER,
            highest_id INTEGER,
            checksum TEXT NOT NULL,
            PRIMARY KEY (channel_id, first)
        ){db.clustered}""",
    ):
        db.execute_sql(statement)
