"""Corrections: what was removed or changed, kept until it cannot be undone any more."""

FIELDS = range(1, 9)


def up(migrator, db):
    for statement in (
        f"""CREATE TABLE corrections (
            id {db.id_column},
            channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
            user_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
            is_removal BOOLEAN NOT NULL,
            entries INTEGER NOT NULL,
            first_entry_id INTEGER NOT NULL,
            last_entry_id INTEGER NOT NULL,
            made_at BIGINT NOT NULL,
            undone_at BIGINT
        )""",
        "CREATE INDEX corrections_channel ON corrections (channel_id, id)",
        "CREATE INDEX corrections_user ON corrections (user_id)",
        "CREATE INDEX corrections_made_at ON corrections (made_at)",
        f"""CREATE TABLE corrected_entries (
            correction_id INTEGER NOT NULL REFERENCES corrections (id) ON DELETE CASCADE,
            entry_id INTEGER NOT NULL,
            created_at BIGINT NOT NULL,
            {"".join(f"field{number} TEXT, " for number in FIELDS)}
            latitude TEXT,
            longitude TEXT,
            elevation TEXT,
            status TEXT,
            overtaken_by BIGINT,
            PRIMARY KEY (correction_id, entry_id)
        ){db.clustered}""",
    ):
        db.execute_sql(statement)
