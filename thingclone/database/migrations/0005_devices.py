"""Devices with their commands and pins; what a series was said to be when it was made."""


def up(migrator, db):
    for statement in (
        f"""CREATE TABLE devices (
            id {db.id_column},
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
            mac TEXT NOT NULL,
            normal_mac TEXT NOT NULL,
            name TEXT NOT NULL,
            command TEXT,
            created_at BIGINT NOT NULL,
            first_seen BIGINT,
            last_seen BIGINT,
            last_address TEXT
        )""",
        "CREATE UNIQUE INDEX devices_user_mac ON devices (user_id, normal_mac)",
        "CREATE INDEX devices_channel ON devices (channel_id)",
        """CREATE TABLE pins (
            device_id INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            place INTEGER NOT NULL,
            is_on BOOLEAN NOT NULL,
            PRIMARY KEY (device_id, number)
        )""",
        """CREATE TABLE series (
            channel_id INTEGER PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
            description TEXT,
            device_description TEXT NOT NULL,
            device_id TEXT NOT NULL
        )""",
    ):
        db.execute_sql(statement)
