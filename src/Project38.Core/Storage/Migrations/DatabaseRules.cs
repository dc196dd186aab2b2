namespace Project38.Core.Storage.Migrations;

/// <summary>What the first migration does beside tables: the clock, the audit that only grows, and the events.</summary>
/// <remarks>
/// Kept apart from the generated files, which <c>build/regenerate-migrations</c> writes anew. Events are written by
/// triggers: in the transaction of the change, whoever makes it, and in the claim's own statement. The claim costs what it
/// did and one row; see docs/architecture/events.md for the figures.
/// </remarks>
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

        CREATE FUNCTION p38_tell_fires() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO events (transaction_id, team_id, kind, agent_id, task_id, at)
            VALUES (
                pg_current_xact_id()::text::bigint, NEW.team_id, 'task.' || NEW.status, NEW.agent_id, NEW.id, p38_now()
            );
            RETURN NULL;
        END
        $$;
        -- By row: a row that is due, as nearly all are, is passed by without a call.
        CREATE TRIGGER tasks_tell_fires AFTER INSERT ON tasks FOR EACH ROW
            WHEN (NEW.status IN ('skipped', 'missed')) EXECUTE FUNCTION p38_tell_fires();

        CREATE FUNCTION p38_tell_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO events (transaction_id, team_id, kind, agent_id, task_id, detail, at)
            WITH clock AS MATERIALIZED (SELECT p38_now() AS now)
            SELECT pg_current_xact_id()::text::bigint, a.team_id,
                CASE a.status WHEN 'running' THEN 'task.started' ELSE 'task.ended' END, a.agent_id, a.id,
                CASE a.status WHEN 'running' THEN NULL WHEN 'pending' THEN 'retrying' ELSE a.status END, clock.now
            FROM clock, after a JOIN before b ON b.id = a.id
            WHERE CASE a.status
                WHEN 'running' THEN a.fence <> b.fence
                ELSE a.status <> b.status AND (b.status = 'running' OR a.status NOT IN ('pending', 'waiting'))
            END;
            RETURN NULL;
        END
        $$;
        -- Once for a statement: a claim of a hundred tasks pays for one look.
        CREATE TRIGGER tasks_tell AFTER UPDATE ON tasks REFERENCING OLD TABLE AS before NEW TABLE AS after
            FOR EACH STATEMENT EXECUTE FUNCTION p38_tell_tasks();

        -- A claim reads pending tasks from the front of their index, past all that were claimed before and are not vacuumed away.
        -- By itself PostgreSQL waits until a fifth of the table is dead, however many tasks it keeps, and passes indexes by where
        -- little is: ./bench/run soak.
        ALTER TABLE tasks SET (
            autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0, vacuum_index_cleanup = on
        );

        CREATE FUNCTION p38_tell_agent() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO events (transaction_id, team_id, kind, agent_id, detail, at)
            VALUES (
                pg_current_xact_id()::text::bigint, NEW.team_id, 'agent.changed', substr(NEW.subject, 7)::bigint,
                NEW.action, p38_now()
            );
            RETURN NULL;
        END
        $$;
        CREATE TRIGGER audit_tells AFTER INSERT ON audit FOR EACH ROW
            WHEN (NEW.subject LIKE 'agent:%') EXECUTE FUNCTION p38_tell_agent();

        CREATE FUNCTION p38_tell_message() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO events (transaction_id, team_id, kind, agent_id, task_id, message_id, at)
            VALUES (
                pg_current_xact_id()::text::bigint, NEW.team_id, 'message.new', NEW.agent_id, NEW.task_id, NEW.id,
                p38_now()
            );
            RETURN NULL;
        END
        $$;
        CREATE TRIGGER inbox_tells AFTER INSERT ON inbox_messages FOR EACH ROW EXECUTE FUNCTION p38_tell_message();

        -- So that there is always a last event, where those who follow begin.
        INSERT INTO events (transaction_id, team_id, kind, at) VALUES (0, 'default', 'start', p38_now());
        """;

    public const string Sqlite = $$"""
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

        CREATE TRIGGER tasks_tell_fires AFTER INSERT ON tasks WHEN NEW.status IN ('skipped', 'missed') BEGIN
            INSERT INTO events (transaction_id, team_id, kind, agent_id, task_id, at)
            VALUES (0, NEW.team_id, 'task.' || NEW.status, NEW.agent_id, NEW.id, {{DatabaseClock.SqliteNow}});
        END;
        CREATE TRIGGER tasks_tell AFTER UPDATE OF status, fence ON tasks WHEN CASE NEW.status
            WHEN 'running' THEN NEW.fence <> OLD.fence
            ELSE NEW.status <> OLD.status AND (OLD.status = 'running' OR NEW.status NOT IN ('pending', 'waiting'))
        END BEGIN
            INSERT INTO events (transaction_id, team_id, kind, agent_id, task_id, detail, at)
            VALUES (
                0, NEW.team_id, CASE NEW.status WHEN 'running' THEN 'task.started' ELSE 'task.ended' END,
                NEW.agent_id, NEW.id,
                CASE NEW.status WHEN 'running' THEN NULL WHEN 'pending' THEN 'retrying' ELSE NEW.status END,
                {{DatabaseClock.SqliteNow}}
            );
        END;
        CREATE TRIGGER audit_tells AFTER INSERT ON audit WHEN NEW.subject LIKE 'agent:%' BEGIN
            INSERT INTO events (transaction_id, team_id, kind, agent_id, detail, at)
            VALUES (
                0, NEW.team_id, 'agent.changed', CAST(substr(NEW.subject, 7) AS INTEGER), NEW.action,
                {{DatabaseClock.SqliteNow}}
            );
        END;
        CREATE TRIGGER inbox_tells AFTER INSERT ON inbox_messages BEGIN
            INSERT INTO events (transaction_id, team_id, kind, agent_id, task_id, message_id, at)
            VALUES (
                0, NEW.team_id, 'message.new', NEW.agent_id, NEW.task_id, NEW.id, {{DatabaseClock.SqliteNow}}
            );
        END;

        -- So that there is always a last event, where those who follow begin.
        INSERT INTO events (transaction_id, team_id, kind, at)
        VALUES (0, 'default', 'start', {{DatabaseClock.SqliteNow}});
        """;
}
