"""One-time links on which an account that has no password yet gets its first one."""


def up(migrator, db):
    for statement in (
        f"""CREATE TABLE password_links (
            id {db.id_column},
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            token_hash TEXT NOT NULL,
            expires_at BIGINT NOT NULL
        )""",
        "CREATE UNIQUE INDEX password_links_token_hash ON password_links (token_hash)",
        "CREATE UNIQUE INDEX password_links_user ON password_links (user_id)",
    ):
        db.execute_sql(statement)
