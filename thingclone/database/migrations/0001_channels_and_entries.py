"""Users, channels with their keys, counters and tags, entries."""

FIELDS = range(1, 9)


def up(migrator, db):
    for statement in (
        f"""CREATE TABLE users (
            id {db.id_column},
            login TEXT NOT NULL,
            email TEXT,
            password_hash TEXT,
            api_key TEXT NOT NULL,
            bio TEXT,
            website TEXT,
            public_profile BOOLEAN NOT NULL,
            created_at BIGINT NOT NULL
        )""",
        "CREATE UNIQUE INDEX users_login ON users (lower(login))",
        "CREATE UNIQUE INDEX users_api_key ON users (upper(api_key))",
        f"""CREATE TABLE channels (
            id {db.id_column},
            user_id INTEGER NOT NULL REFERENCES users (id),
            name TEXT NOT NULL,
            description TEXT,
            metadata TEXT,
            latitude TEXT,
            longitude TEXT,
            elevation TEXT,
            url TEXT,
            github_url TEXT,
            license_id INTEGER NOT NULL,
            public BOOLEAN NOT NULL,
            {"".join(f"field{number} TEXT, " for number in FIELDS)}
            write_key TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )""",
        "CREATE INDEX channels_user ON channels (user_id)",
        "CREATE UNIQUE INDEX channels_write_key ON channels (upper(write_key))",
        f"""CREATE TABLE counters (
            channel_id INTEGER PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
            {"".join(f"field{number} INTEGER, " for number in FIELDS)}
            last_entry_id INTEGER,
            last_write_at BIGINT,
            newest_at BIGINT
        )""",
        f"""CREATE TABLE read_keys (
            id {db.id_column},
            channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
            api_key TEXT NOT NULL,
            note TEXT,
            created_at BIGINT NOT NULL
        )""",
        "CREATE INDEX read_keys_channel ON read_keys (channel_id)",
        "CREATE UNIQUE INDEX read_keys_api_key ON read_keys (upper(api_key))",
        f"""CREATE TABLE tags (
            id {db.id_column},
            name TEXT NOT NULL
        )""",
        "CREATE UNIQUE INDEX tags_name ON tags (lower(name))",
        f"""CREATE TABLE taggings (
            id {db.id_column},
            channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
            tag_id INTEGER NOT NULL REFERENCES tags (id)
        )""",
        "CREATE UNIQUE INDEX taggings_channel_tag ON taggings (channel_id, tag_id)",
        "CREATE INDEX taggings_tag ON taggings (tag_id)",
        f"""CREATE TABLE entries (
            channel_id INTEGER NOT NULL,
            entry_id INTEGER NOT NULL,
            created_at BIGINT NOT NULL,
            {"".join(f"field{number} TEXT, " for number in FIELDS)}
            latitude TEXT,
            longitude TEXT,
            elevation TEXT,
            status TEXT,
            overtaken_by BIGINT,
            PRIMARY KEY (channel_id, entry_id)
        ){db.clustered}""",
        # Only entries that came late are in here: for all others the order of ids is the order of
        # times.
        """CREATE INDEX entries_late ON entries (channel_id, created_at)
            WHERE overtaken_by IS NOT NULL""",
        # One row that /readyz writes to.
        "CREATE TABLE pulse (beaten_at BIGINT NOT NULL)",
    ):
        db.execute_sql(statement)
