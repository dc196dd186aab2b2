using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Project38.Testing;

/// <summary>A real PostgreSQL server, in a folder of its own, reachable by a Unix socket in that folder alone.</summary>
/// <remarks>
/// A shell watches over it: it makes the folder, starts the server, and then reads its standard input, a pipe from this
/// process. Each line restarts the server. The pipe ends when we are done and also when we are killed, and then the
/// shell stops the server and deletes the folder. (PDEATHSIG would be bound to the thread that started it, and a test runner's threads come and go.)
/// </remarks>
public sealed class PostgresServer : IDisposable
{
    // Nothing here must outlive the machine, so nothing waits for a disk, but where that is what is measured. It outlives a restart of the server, though:
    // with synchronous_commit=off the last commits would be gone.
    private const string Watch = """
        trap '' INT TERM HUP
        bin=$1
        durable=$2
        folder=$(mktemp -d /tmp/p38-postgres.XXXXXX) || exit 1
        trap 'rm -rf "$folder"' EXIT
        cd "$folder"
        "$bin/initdb" -D data -U p38 -A trust -E UTF8 --locale=C --no-sync > initdb.log 2>&1 || {
            cat initdb.log; exit 1; }
        start() {
            "$bin/postgres" -D data -k "$folder" -c listen_addresses= -c fsync=$durable -c full_page_writes=$durable \
                -c max_connections=300 -c shared_buffers=64MB -c log_min_messages=fatal \
                < /dev/null > postgres.log 2>&1 &
            server=$!
            for try in $(seq 300); do
                "$bin/pg_isready" -q -h "$folder" && break
                kill -0 $server 2> /dev/null || { cat postgres.log; exit 1; }
                sleep 0.1
            done
            echo "ready $folder"
        }
        # At once: everybody who is connected is cut off, as by a crash.
        stop() {
            kill -QUIT $server
            wait $server
        }
        start
        while read -r line; do
            stop
            start
        done
        stop
        """;

    private readonly Process _watch;
    private readonly string _folder;
    private readonly Lock _restart = new();

    private PostgresServer(Process watch, string folder)
    {
        _watch = watch;
        _folder = folder;
    }

    /// <summary>Starts one, and returns when it takes connections: about two seconds.</summary>
    /// <param name="durable">Whether a commit waits for the disk, as in production. Default: false.</param>
    /// <exception cref="InvalidOperationException">It is not installed or does not start; the message says why.</exception>
    public static PostgresServer Start(bool durable = false)
    {
        var watch = AsServersUser(["sh", "-c", Watch, "watch", Programs(), durable ? "on" : "off"]);
        return new PostgresServer(watch, Ready(watch, "PostgreSQL"));
    }

    /// <summary>Starts a command as the user that the server runs as.</summary>
    internal static Process AsServersUser(IReadOnlyList<string> command)
    {
        IReadOnlyList<string> all = [.. AsAnotherUser(), .. command];
        var start = new ProcessStartInfo(all[0], all.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{all[0]} does not start.");
    }

    /// <summary>Waits for what a watch starts.</summary>
    /// <returns>Its folder.</returns>
    /// <exception cref="InvalidOperationException">It does not start; the message says why.</exception>
    internal static string Ready(Process watch, string name)
    {
        var line = watch.StandardOutput.ReadLine();
        if (line?.Split(' ', 2) is ["ready", var folder])
        {
            return folder;
        }
        var log = line + "\n" + watch.StandardOutput.ReadToEnd();
        watch.Dispose();
        throw new InvalidOperationException($"{name} does not start:\n{log}");
    }

    /// <summary>Process of the shell, whose children are the server and nothing else.</summary>
    public int WatchId => _watch.Id;

    /// <summary>Its folder, with everything it wrote.</summary>
    public string Folder => _folder;

    /// <summary>Cuts everybody off, as a crash does, and returns when it takes connections again.</summary>
    public void Restart()
    {
        lock (_restart)
        {
            _watch.StandardInput.WriteLine("restart");
            var line = _watch.StandardOutput.ReadLine();
            if (line?.StartsWith("ready", StringComparison.Ordinal) != true)
            {
                var log = line + "\n" + _watch.StandardOutput.ReadToEnd();
                throw new InvalidOperationException($"PostgreSQL does not start again:\n{log}");
            }
        }
    }

    /// <summary><c>DATABASE_URL</c> of one of its databases.</summary>
    public string Url(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = _folder,
            Username = "p38",
            Database = database,
            MaxPoolSize = 50,
        }.ConnectionString;

    /// <summary>Runs pgbench on its database <c>postgres</c>.</summary>
    /// <param name="script">What one transaction of it does.</param>
    /// <param name="options">How often, and by how many.</param>
    /// <returns>Transactions a second, without the time to connect.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public async Task<double> PgBenchAsync(string script, IReadOnlyList<string> options)
    {
        var file = Path.Join(Path.GetTempPath(), $"p38-pgbench-{Guid.NewGuid():N}.sql");
        await File.WriteAllTextAsync(file, script);
        try
        {
            using var bench = AsServersUser([
                Path.Join(Programs(), "pgbench"),
                "-h",
                _folder,
                "-U",
                "p38",
                "-n",
                "-f",
                file,
                .. options,
                "postgres",
            ]);
            var said = await bench.StandardOutput.ReadToEndAsync();
            await bench.WaitForExitAsync();
            var rate = Regex.Match(
                said,
                @"tps = (?<rate>[0-9.]+) \(without",
                RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(1)
            );
            return bench.ExitCode == 0 && rate.Success
                ? double.Parse(rate.Groups["rate"].Value, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"pgbench ended with {bench.ExitCode}: {said}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Stops it and deletes its folder.</summary>
    public void Dispose()
    {
        _watch.StandardInput.Close();
        _watch.WaitForExit(TimeSpan.FromSeconds(30));
        _watch.Dispose();
    }

    /// <summary>PostgreSQL refuses to run as root, and as a uid without a name.</summary>
    private static IReadOnlyList<string> AsAnotherUser()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            // A user namespace gives the uid the name of another; outside of it everything is still its own.
            return Environment.UserName.Length > 0
                ? []
                : ["unshare", "--user", $"--map-user={OtherUser()[2]}", $"--map-group={OtherUser()[3]}", "--"];
        }

        return ["setpriv", $"--reuid={OtherUser()[2]}", $"--regid={OtherUser()[3]}", "--clear-groups", "--"];
    }

    /// <summary>The fields of <c>/etc/passwd</c>.</summary>
    private static string[] OtherUser()
    {
        var users = File.ReadAllLines("/etc/passwd").Select(line => line.Split(':')).ToList();
        return users.Find(fields => fields[0] == "postgres")
            ?? users.Find(fields => fields[0] == "nobody")
            ?? throw new InvalidOperationException("There is no user 'postgres' or 'nobody' to run PostgreSQL as.");
    }

    private static string Programs()
    {
        const string Root = "/usr/lib/postgresql";
        var versions = Directory.Exists(Root) ? Directory.GetDirectories(Root) : [];
        return versions
                .Select(folder => (Folder: Path.Join(folder, "bin"), Version: Path.GetFileName(folder)))
                .Where(one => File.Exists(Path.Join(one.Folder, "postgres")))
                .OrderByDescending(one => int.TryParse(one.Version, out var version) ? version : 0)
                .Select(one => one.Folder)
                .FirstOrDefault()
            ?? throw new InvalidOperationException(
                "These tests need a PostgreSQL server, and there is none here. Run: sudo apt-get install postgresql"
            );
    }
}
