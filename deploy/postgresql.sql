-- A role for `thingclone serve --ingest-only` on PostgreSQL. It can add and read entries. It cannot change or delete
-- entries, read passwords or sessions, or change the tables themselves. It can read the keys of channels and accounts,
-- because the server has to compare them. Renew all keys after a break-in.
--
-- Run this file as a superuser in the database of ThingClone, after the first start and after each new version:
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

-- Revoke everything. From here on, the role has only the permissions granted below.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM thingclone_ingest;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, thingclone_ingest;
GRANT USAGE ON SCHEMA public TO thingclone_ingest;
DO $$
BEGIN
    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, thingclone_ingest', current_database());
END
$$;

-- Writing: adds an entry and counts it in its channel. The first value of a field may give the field a label.
GRANT SELECT, INSERT ON entries TO thingclone_ingest;
GRANT SELECT, INSERT, UPDATE ON counters TO thingclone_ingest;
GRANT SELECT, INSERT ON channels TO thingclone_ingest;
GRANT UPDATE (field1, field2, field3, field4, field5, field6, field7, field8, updated_at)
    ON channels TO thingclone_ingest;

-- Keys: compares them and never changes them. A new device gets a channel, and the channel gets a read key.
GRANT SELECT, INSERT ON read_keys TO thingclone_ingest;
GRANT SELECT (id, login, api_key) ON users TO thingclone_ingest;
GRANT SELECT (id, api_key) ON talkbacks TO thingclone_ingest;

-- Devices and their pins.
GRANT SELECT, INSERT ON devices, series TO thingclone_ingest;
GRANT UPDATE (first_seen, last_seen, last_address) ON devices TO thingclone_ingest;
GRANT SELECT ON pins TO thingclone_ingest;
GRANT UPDATE (is_on) ON pins TO thingclone_ingest;

-- Health checks, and whether the tables are up to date.
GRANT SELECT, INSERT, UPDATE ON pulse TO thingclone_ingest;
GRANT SELECT ON schema_migration TO thingclone_ingest;

COMMIT;
