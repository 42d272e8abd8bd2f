-- The role the application runs as: it owns nothing, and what the audit log holds it cannot change.
-- Run as the owner of the tables, in the application's database, after the migrations; running it
-- again does no harm. Give the role its password afterwards: \password hdms_app

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'hdms_app') THEN
        CREATE ROLE hdms_app LOGIN;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO hdms_app', current_database());
END
$$;

-- A pooler refuses session settings, so the limit stands at the role.
ALTER ROLE hdms_app SET idle_in_transaction_session_timeout = '30s';

GRANT USAGE ON SCHEMA public TO hdms_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hdms_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hdms_app;

-- Tables of later migrations, as far as the same owner makes them.
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hdms_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO hdms_app;

REVOKE UPDATE, DELETE ON audit_logs FROM hdms_app;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM hdms_app;
