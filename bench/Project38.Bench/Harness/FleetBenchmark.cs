using System.Globalization;
using Project38.Drills.Nodes;

namespace Project38.Bench.Harness;

/// <summary>1, 2 and 4 worker processes, one slot each, whose runs wait 50 ms, beside what so many slots could do at most.</summary>
internal static class FleetBenchmark
{
    private const int Agents = 100;
    private const int Rounds = 5;
    private static readonly TimeSpan Run = TimeSpan.FromMilliseconds(50);

    /// <summary>Measures.</summary>
    public static async Task RunAsync()
    {
        foreach (var nodes in new[] { 1, 2, 4 })
        {
            await MeasureAsync(nodes);
        }
    }

    private static async Task MeasureAsync(int nodes)
    {
        await using var harness = await BenchHarness.StartAsync();
        await harness.GivenAgentsAsync(Agents);
        var started = new List<DrillNode>();
        try
        {
            for (var node = 0; node < nodes; node++)
            {
                started.Add((await DrillNode.StartAsync(Settings(harness, node)))!);
            }
            // Twice: plans are made anew when PostgreSQL has seen what the tables hold, as it does by itself once a minute.
            await ThroughAsync(harness, nodes);
            await harness.ExecuteAsync("VACUUM ANALYZE");
            await ThroughAsync(harness, nodes);
            var rates = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                rates.Add(await ThroughAsync(harness, nodes));
            }
            var ideal = nodes / Run.TotalSeconds;
            SideBySide.SayRate(
                $"fleet-{nodes}",
                0.9,
                ("runs a second", rates),
                ($"{nodes} slots of {Run.TotalMilliseconds:0} ms, ideal", [ideal])
            );
        }
        finally
        {
            foreach (var node in started)
            {
                await node.DisposeAsync();
            }
        }
    }

    // Runs a second, from the first claim to the last end.
    private static async Task<double> ThroughAsync(BenchHarness harness, int each)
    {
        await harness.ExecuteAsync("DELETE FROM tasks");
        for (var time = 0; time < each; time++)
        {
            await harness.GivenTasksAsync();
        }
        while (await OpenAsync(harness) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
        await using var read = harness.Sql.CreateCommand(
            "SELECT count(*) / extract(epoch FROM max(completed_at) - min(started_at))::float8 FROM tasks"
        );
        return (double)(await read.ExecuteScalarAsync())!;
    }

    private static async Task<long> OpenAsync(BenchHarness harness)
    {
        await using var count = harness.Sql.CreateCommand(
            "SELECT count(*) FROM tasks WHERE status IN ('pending', 'running')"
        );
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private static NodeSettings Settings(BenchHarness harness, int node) =>
        new()
        {
            Home = Path.Join(harness.Home, node.ToString(CultureInfo.InvariantCulture)),
            DatabaseUrl = harness.Server.Url("postgres"),
            Run = Run,
            Counted = false,
            Slots = 1,
            Lease = TimeSpan.FromSeconds(30),
        };
}
