"""Sessions of people who have signed in with a password."""


def up(migrator, db):
    for statement in (
        f"""CREATE TABLE sessions (
            id {db.id_column},
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            token_hash TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            seen_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            address TEXT NOT NULL
        )""",
        "CREATE UNIQUE INDEX sessions_token_hash ON sessions (token_hash)",
        "CREATE INDEX sessions_user ON sessions (user_id)",
    ):
        db.execute_sql(statement)
