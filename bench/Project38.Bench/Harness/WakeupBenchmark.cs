using System.Diagnostics;
using Npgsql;
using Project38.Drills.Nodes;

namespace Project38.Bench.Harness;

/// <summary>
/// From a nominal fire to its claim, by the database's clock, beside a durable INSERT and the NOTIFY that tells of it: each once a
/// second in turn, half a second apart, so that both find the machine as it is when it has slept.
/// </summary>
internal static class WakeupBenchmark
{
    private const int Fires = 60;

    // A node runs for weeks: by then what it does each second is compiled as well as it will be.
    private const int WarmUps = 40;

    /// <summary>Measures.</summary>
    public static async Task RunAsync()
    {
        await using var harness = await BenchHarness.StartAsync();
        await harness.ExecuteAsync("CREATE TABLE bench_told (id bigint)");
        await harness.GivenAgentsAsync(1, "* * * * * *", "date_trunc('second', now()) + interval '5 s'");
        var settings = new NodeSettings
        {
            Home = Path.Join(harness.Home, "node"),
            DatabaseUrl = harness.Server.Url("postgres"),
            Lease = TimeSpan.FromSeconds(30),
            Run = TimeSpan.FromMilliseconds(1),
            Counted = false,
        };
        await using var node = await DrillNode.StartAsync(settings);

        var told = await ToldAsync(harness);
        var claimed = await ClaimedAsync(harness);
        SideBySide.SayTime("wakeup", 2, ("due to claimed, p50", claimed), ("INSERT and its NOTIFY, p50", told));
    }

    private static async Task<List<double>> ToldAsync(BenchHarness harness)
    {
        await using var listener = await harness.Sql.OpenConnectionAsync();
        await using (var listen = new NpgsqlCommand("LISTEN bench_told", listener))
        {
            await listen.ExecuteNonQueryAsync();
        }
        await using var writer = await harness.Sql.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand(
            "WITH told AS (INSERT INTO bench_told VALUES (1)) SELECT pg_notify('bench_told', '')",
            writer
        );
        await insert.PrepareAsync();
        var times = new List<double>();
        for (var time = 0; time < WarmUps + Fires; time++)
        {
            await Task.Delay(ToHalfSecond(TimeProvider.System.GetUtcNow()));
            var started = Stopwatch.GetTimestamp();
            await insert.ExecuteNonQueryAsync();
            await listener.WaitAsync();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return times[WarmUps..];
    }

    private static TimeSpan ToHalfSecond(DateTimeOffset now) =>
        TimeSpan.FromTicks(
            TimeSpan.TicksPerSecond - (now.Ticks + TimeSpan.TicksPerSecond / 2) % TimeSpan.TicksPerSecond
        );

    private static async Task<List<double>> ClaimedAsync(BenchHarness harness)
    {
        while (true)
        {
            await using var read = harness.Sql.CreateCommand(
                """
                SELECT extract(epoch FROM started_at - scheduled_at)::float8 * 1000 FROM tasks
                WHERE "trigger" = 'schedule' AND started_at IS NOT NULL ORDER BY id
                """
            );
            await using var rows = await read.ExecuteReaderAsync();
            var times = new List<double>();
            while (await rows.ReadAsync())
            {
                times.Add(rows.GetDouble(0));
            }
            if (times.Count >= WarmUps + Fires)
            {
                return times[WarmUps..(WarmUps + Fires)];
            }
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }
}
