"""TalkBacks and their commands."""


def up(migrator, db):
    for statement in (
        f"""CREATE TABLE talkbacks (
            id {db.id_column},
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            api_key TEXT NOT NULL,
            channel_id INTEGER REFERENCES channels (id) ON DELETE SET NULL,
            executed INTEGER NOT NULL,
            created_at BIGINT NOT NULL
        )""",
        "CREATE INDEX talkbacks_user ON talkbacks (user_id)",
        "CREATE INDEX talkbacks_channel ON talkbacks (channel_id)",
        "CREATE UNIQUE INDEX talkbacks_api_key ON talkbacks (upper(api_key))",
        f"""CREATE TABLE commands (
            id {db.id_column},
            talkback_id INTEGER NOT NULL REFERENCES talkbacks (id) ON DELETE CASCADE,
            command_string TEXT NOT NULL,
            place INTEGER NOT NULL,
            executed_at BIGINT,
            created_at BIGINT NOT NULL
        )""",
        "CREATE INDEX commands_place ON commands (talkback_id, place)",
    ):
        db.execute_sql(statement)
