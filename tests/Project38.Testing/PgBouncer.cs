using System.Diagnostics;
using Npgsql;

namespace Project38.Testing;

/// <summary>A real pgbouncer before a <see cref="PostgresServer"/>, pooling by transaction: no session outlives one.</summary>
public sealed class PgBouncer : IDisposable
{
    // As the server's own watch: the folder and the process go when the pipe ends.
    private const string Watch = """
        trap '' INT TERM HUP
        server=$1
        bin=$(command -v pgbouncer || echo /usr/sbin/pgbouncer)
        folder=$(mktemp -d /tmp/p38-pgbouncer.XXXXXX) || exit 1
        trap 'rm -rf "$folder"' EXIT
        cat > "$folder/pgbouncer.ini" <<END
        [databases]
        * = host=$server user=p38
        [pgbouncer]
        listen_addr =
        listen_port = 5432
        unix_socket_dir = $folder
        auth_type = any
        pool_mode = transaction
        default_pool_size = 20
        max_client_conn = 500
        ignore_startup_parameters = extra_float_digits
        END
        "$bin" -q "$folder/pgbouncer.ini" < /dev/null > "$folder/log" 2>&1 &
        bouncer=$!
        for try in $(seq 100); do
            [ -S "$folder/.s.PGSQL.5432" ] && break
            kill -0 $bouncer 2> /dev/null || { cat "$folder/log"; exit 1; }
            sleep 0.1
        done
        echo "ready $folder"
        read -r line
        kill -TERM $bouncer
        wait $bouncer
        """;

    private readonly Process _watch;
    private readonly string _folder;

    private PgBouncer(Process watch, string folder) => (_watch, _folder) = (watch, folder);

    /// <summary>Starts one before a server, and returns when it takes connections.</summary>
    /// <exception cref="InvalidOperationException">It is not installed or does not start; the message says why.</exception>
    public static PgBouncer Start(PostgresServer server)
    {
        var watch = PostgresServer.AsServersUser(["sh", "-c", Watch, "watch", server.Folder]);
        return new PgBouncer(watch, PostgresServer.Ready(watch, "pgbouncer"));
    }

    /// <summary><c>DATABASE_URL</c> of one of the server's databases, by way of it.</summary>
    public string Url(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = _folder,
            Username = "p38",
            Database = database,
            MaxPoolSize = 50,
        }.ConnectionString;

    /// <summary>Stops it and deletes its folder.</summary>
    public void Dispose()
    {
        _watch.StandardInput.Close();
        _watch.WaitForExit(TimeSpan.FromSeconds(30));
        _watch.Dispose();
    }
}
