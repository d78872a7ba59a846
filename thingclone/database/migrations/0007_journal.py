"""The journal: write attempts that were refused, or changed."""


def up(migrator, db):
    for statement in (
        f"""CREATE TABLE attempts (
            id {db.id_column},
            channel_id INTEGER REFERENCES channels (id) ON DELETE CASCADE,
            created_at BIGINT NOT NULL,
            address TEXT NOT NULL,
            sent TEXT NOT NULL,
            reason TEXT NOT NULL,
            count INTEGER NOT NULL
        )""",
        "CREATE INDEX attempts_channel ON attempts (channel_id, id)",
    ):
        db.execute_sql(statement)
