using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Project38.Drills.Nodes;

namespace Project38.Bench.Harness;

/// <summary>
/// 1,000 agents due in the same second: how late they are claimed where runs wait as the bench's do, and what somebody
/// who asks the API meanwhile waits, beside the same with nothing due. Then the same in the real sandbox.
/// </summary>
internal sealed class RushBenchmark(BenchHarness harness, HttpClient http)
{
    private const int Agents = 1_000;
    private const int Slots = 25;

    private static readonly TimeSpan LatestClaim = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleLength = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentQueue<double> _waited = new();
    private long _connections;

    /// <summary>Measures.</summary>
    public static async Task RunAsync(string root)
    {
        await WithWaitingRunsAsync(root);
        await InTheSandboxAsync(root);
    }

    private static async Task WithWaitingRunsAsync(string root)
    {
        await using var harness = await StartAsync();
        await using var server = await BenchServer.StartAsync(root, Database(harness), ("P38_ROLES", "api"));
        using var http = server.NewClient();
        var rush = new RushBenchmark(harness, http);
        await using var one = await DrillNode.StartAsync(Settings(harness, 1));
        await using var two = await DrillNode.StartAsync(Settings(harness, 2));
        // The first time warms up.
        await rush.OnceAsync();
        await rush.AskAsync(Task.Delay(IdleLength));

        rush._waited.Clear();
        await rush.AskAsync(Task.Delay(IdleLength));
        var idle = Percentile(rush._waited, 99);
        rush._waited.Clear();
        var before = MachineTime.Now();
        var claimed = await rush.OnceAsync();

        SayLateness("runs that wait 50 ms", claimed);
        SayTime(before);
        Say($"connections at most: {rush._connections}, of two nodes with {Slots} slots, the API and this bench");
        SideBySide.SayTime(
            "rush-claimed",
            1,
            ($"{Agents} due at once, claimed, p99", [Percentile(claimed, 99)]),
            ("the latest that is well", [LatestClaim.TotalMilliseconds])
        );
        SideBySide.SayTime(
            "rush-api",
            2,
            ("GET an agent meanwhile, p99", [Percentile(rush._waited, 99)]),
            ("with nothing due, p99", [idle])
        );
    }

    private static async Task InTheSandboxAsync(string root)
    {
        await using var harness = await StartAsync();
        await using var server = await BenchServer.StartAsync(root, Database(harness));
        using var http = server.NewClient();
        var rush = new RushBenchmark(harness, http);

        var before = MachineTime.Now();
        var claimed = await rush.OnceAsync();

        SayLateness("runs in the real sandbox, one node", claimed);
        SayTime(before);
        await rush.SayBytesAsync();
        Say($"GET an agent meanwhile: p99 {Percentile(rush._waited, 99):0.0} ms (no goal)");
    }

    private static async Task<BenchHarness> StartAsync()
    {
        var harness = await BenchHarness.StartAsync();
        await harness.GivenAgentsAsync(Agents, "0 0 1 1 *");
        await harness.ExecuteAsync($"UPDATE agent_versions SET code = '{BenchServer.Program}'");
        return harness;
    }

    private static (string, string) Database(BenchHarness harness) => ("DATABASE_URL", harness.Server.Url("postgres"));

    private static NodeSettings Settings(BenchHarness harness, int node) =>
        new()
        {
            Home = Path.Join(harness.Home, $"node-{node}"),
            DatabaseUrl = harness.Server.Url("postgres"),
            Slots = Slots,
            Counted = false,
            Lease = TimeSpan.FromSeconds(30),
        };

    /// <summary>All fire at once, somebody asks meanwhile; until the last has ended.</summary>
    /// <returns>How late each was claimed, in milliseconds, by the database's clock.</returns>
    private async Task<List<double>> OnceAsync()
    {
        await harness.ExecuteAsync(
            "DELETE FROM tasks; UPDATE agents SET next_fire = date_trunc('second', now()) + interval '3 s'"
        );
        await AskAsync(EndedAsync());
        await using var read = harness.Sql.CreateCommand(
            "SELECT extract(epoch FROM started_at - scheduled_at)::float8 * 1000 FROM tasks WHERE status = 'completed'"
        );
        await using var rows = await read.ExecuteReaderAsync();
        var late = new List<double>();
        while (await rows.ReadAsync())
        {
            late.Add(rows.GetDouble(0));
        }
        return late.Count == Agents
            ? late
            : throw new InvalidOperationException($"{late.Count} of {Agents} runs succeeded.");
    }

    private async Task EndedAsync()
    {
        await using var look = harness.Sql.CreateCommand(
            """
            SELECT (SELECT count(*) FROM tasks WHERE completed_at IS NOT NULL),
                (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())
            """
        );
        for (var ended = 0L; ended < Agents; )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100));
            await using var row = await look.ExecuteReaderAsync();
            await row.ReadAsync();
            (ended, _connections) = (row.GetInt64(0), Math.Max(_connections, row.GetInt64(1)));
        }
    }

    // At a steady pace, whether or not the answers keep up.
    private async Task AskAsync(Task until)
    {
        var requests = new List<Task>();
        using var timer = new PeriodicTimer(Pace);
        while (!until.IsCompleted)
        {
            requests.Add(RequestAsync());
            await timer.WaitForNextTickAsync();
        }
        await Task.WhenAll([until, .. requests]);
    }

    private async Task RequestAsync()
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync("/api/agents/1");
        answer.EnsureSuccessStatusCode();
        _waited.Enqueue(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private static double Percentile(IReadOnlyCollection<double> values, int percent) =>
        values.Order().ElementAt(values.Count * percent / 100);

    private static void SayLateness(string what, List<double> claimed) =>
        Say(
            $"{Agents} due at once, {what}: claimed p50 {Percentile(claimed, 50):0} ms, p99 {Percentile(claimed, 99):0} ms"
        );

    // All of it, since a run is work for the database, the node and the sandbox; who asks the API is in it too.
    private static void SayTime(TimeSpan before) =>
        Say(
            $"time of a core for each, of all that the machine did: {(MachineTime.Now() - before).TotalMilliseconds / Agents:0.0} ms"
        );

    private async Task SayBytesAsync()
    {
        await using var read = harness.Sql.CreateCommand(
            "SELECT (pg_total_relation_size('tasks') + pg_total_relation_size('runs') + pg_total_relation_size('handoffs')) "
                + "/ (SELECT count(*) FROM runs)"
        );
        Say(
            $"bytes that a run leaves: {(long)(await read.ExecuteScalarAsync())!} (task, run and handoff, with their indexes)"
        );
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
