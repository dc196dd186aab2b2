namespace Project38.Core.Storage.Migrations;

/// <summary>What the first migration does beside tables: the clock, and the audit that only grows.</summary>
/// <remarks>Kept apart from the generated files, which <c>build/regenerate-migrations</c> writes anew.</remarks>
internal static class DatabaseRules
{
    // STABLE, so that `not_before <= p38_now()` may use an index and is asked once in a statement. It is VOLATILE by
    // what it calls; that it is evaluated once is what we want of it.
    public const string Postgres = """
        CREATE TABLE clock (
            id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
            shift_us bigint NOT NULL DEFAULT 0
        );
        INSERT INTO clock DEFAULT VALUES;

        CREATE FUNCTION p38_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
            SELECT clock_timestamp() + (SELECT shift_us FROM clock) * interval '1 microsecond'
        $$;

        CREATE FUNCTION p38_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME;
        END
        $$;
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
            FOR EACH STATEMENT EXECUTE FUNCTION p38_refuse_change();
        """;

    public const string Sqlite = """
        CREATE TABLE clock (
            id INTEGER PRIMARY KEY DEFAULT 1 CHECK (id = 1),
            shift_us INTEGER NOT NULL DEFAULT 0
        );
        INSERT INTO clock DEFAULT VALUES;

        -- INSERT OR REPLACE deletes without asking the trigger for deletes.
        CREATE TRIGGER audit_refuses_replace BEFORE INSERT ON audit
        WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN
            SELECT RAISE(ABORT, 'table audit is append-only');
        END;
        CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit BEGIN
            SELECT RAISE(ABORT, 'table audit is append-only');
        END;
        CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit BEGIN
            SELECT RAISE(ABORT, 'table audit is append-only');
        END;
        """;
}
