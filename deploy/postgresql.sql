-- A role for `thingclone serve --ingest-only` on PostgreSQL. Whoever breaks into such a server can add entries and read
-- them, but not change or delete one, sees no password and no session, and cannot touch the tables themselves. The keys of
-- channels and accounts can be read, because they have to be compared: after a break-in, renew them.
--
-- Run it as a superuser in the database of ThingClone, after its first start, and again after each new version:
--
--     sudo -u postgres psql -d thingclone -f deploy/postgresql.sql
--     sudo -u postgres psql -d thingclone -c '\password thingclone_ingest'
--     thingclone serve --ingest-only --database postgresql://thingclone_ingest:PASSWORD@localhost/thingclone

\set ON_ERROR_STOP on
BEGIN;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'thingclone_ingest') THEN
        CREATE ROLE thingclone_ingest LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
END
$$;

-- Whatever it may have got before: from here on it has what stands below, and nothing else.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM thingclone_ingest;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, thingclone_ingest;
GRANT USAGE ON SCHEMA public TO thingclone_ingest;
DO $$
BEGIN
    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, thingclone_ingest', current_database());
END
$$;

-- Writing: an entry is added, its channel counts it. The first value of a field may give it a label.
GRANT SELECT, INSERT ON entries TO thingclone_ingest;
GRANT SELECT, INSERT, UPDATE ON counters TO thingclone_ingest;
GRANT SELECT, INSERT ON channels TO thingclone_ingest;
GRANT UPDATE (field1, field2, field3, field4, field5, field6, field7, field8, updated_at)
    ON channels TO thingclone_ingest;

-- Keys are compared, never changed. A device that becomes known gets a channel, and that a read key.
GRANT SELECT, INSERT ON read_keys TO thingclone_ingest;
GRANT SELECT (id, login, api_key) ON users TO thingclone_ingest;
GRANT SELECT (id, api_key) ON talkbacks TO thingclone_ingest;

-- Devices and their pins.
GRANT SELECT, INSERT ON devices, series TO thingclone_ingest;
GRANT UPDATE (first_seen, last_seen, last_address) ON devices TO thingclone_ingest;
GRANT SELECT ON pins TO thingclone_ingest;
GRANT UPDATE (is_on) ON pins TO thingclone_ingest;

-- Is it well? Are the tables up to date?
GRANT SELECT, INSERT, UPDATE ON pulse TO thingclone_ingest;
GRANT SELECT ON schema_migration TO thingclone_ingest;

COMMIT;
