using System.Diagnostics;
using System.Globalization;
using Project38.Bench.Harness;

namespace Project38.Bench.Sandbox;

/// <summary>
/// Whole tasks, from the claim to the stored result, on PostgreSQL in the sandbox, beside the plainest executor there is: the
/// program in a temporary file with a few lines of asyncio around it, run by Python with no sandbox at all.
/// </summary>
internal sealed class RunsBenchmark
{
    private const int Agents = 200;
    private const int PlainRuns = 40;
    private const int Rounds = 5;
    private const double Goal = 10;

    private static readonly string Plain = $$"""
        import asyncio, json, sys

        {{BenchServer.Program}}

        async def main():
            print(json.dumps(await Agent(json.loads(sys.argv[1])).execute()))

        asyncio.run(main())
        """;

    /// <summary>Measures, each side in turn.</summary>
    public static async Task RunAsync(string root)
    {
        await using var harness = await BenchHarness.StartAsync();
        await harness.GivenAgentsAsync(Agents);
        await harness.ExecuteAsync($"UPDATE agent_versions SET code = '{BenchServer.Program}'");
        await using var server = await BenchServer.StartAsync(root, ("DATABASE_URL", harness.Server.Url("postgres")));

        // The first times warm up both: what a node does all day is compiled.
        for (var round = 0; round < 3; round++)
        {
            await TasksAsync(harness);
            await PlainAsync();
        }

        var (ours, theirs, walls) = (new List<double>(), new List<double>(), new List<double>());
        var parts = new Dictionary<string, List<double>>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = Parts(server);
            var (machine, started) = (MachineTime.Now(), Stopwatch.GetTimestamp());
            await TasksAsync(harness);
            walls.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds / Agents);
            ours.Add((MachineTime.Now() - machine).TotalMilliseconds / Agents);
            foreach (var (part, time) in Parts(server))
            {
                parts.TryAdd(part, []);
                parts[part].Add((time - before[part]).TotalMilliseconds / Agents);
            }

            machine = MachineTime.Now();
            await PlainAsync();
            theirs.Add((MachineTime.Now() - machine).TotalMilliseconds / PlainRuns);
        }

        await SayWaysAsync(harness);
        foreach (var (part, times) in parts)
        {
            Say($"of a run, {part}: {times.Order().ElementAt(Rounds / 2):0.00} ms of a core");
        }

        Say($"a run by the clock, {Environment.ProcessorCount} cores: {walls.Order().ElementAt(Rounds / 2):0.00} ms");
        SideBySide.SayRate(
            "runs",
            Goal,
            ("runs, of a core", [.. ours.Select(time => 1000 / time)]),
            ("the plainest executor, of a core", [.. theirs.Select(time => 1000 / time)])
        );
    }

    private static async Task TasksAsync(BenchHarness harness)
    {
        await harness.ExecuteAsync("DELETE FROM tasks");
        await harness.GivenTasksAsync();
        await harness.ExecuteAsync("NOTIFY p38_work");
        await using var look = harness.Sql.CreateCommand("SELECT count(*) FROM tasks WHERE completed_at IS NOT NULL");
        while ((long)(await look.ExecuteScalarAsync())! < Agents)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private static async Task PlainAsync()
    {
        for (var run = 0; run < PlainRuns; run++)
        {
            var file = Path.GetTempFileName();
            await File.WriteAllTextAsync(file, Plain);
            await SideBySide.ProcessAsync("/usr/bin/python3", [file, "{}"]);
            File.Delete(file);
        }
    }

    private static Dictionary<string, TimeSpan> Parts(BenchServer server)
    {
        server.Process.Refresh();
        return new() { ["the node"] = server.Process.TotalProcessorTime, ["PostgreSQL"] = MachineTime.Of("postgres") };
    }

    private static async Task SayWaysAsync(BenchHarness harness)
    {
        await using var ask = harness.Sql.CreateCommand(
            "SELECT count(*) FILTER (WHERE outcome <> 'succeeded'), avg(cpu_seconds)::float8 * 1000, min(sandbox_level) FROM runs"
        );
        await using var row = await ask.ExecuteReaderAsync();
        await row.ReadAsync();
        if (row.GetInt64(0) > 0)
        {
            throw new InvalidOperationException($"{row.GetInt64(0)} runs did not succeed.");
        }

        Say($"of a run, its own processes: {row.GetDouble(1):0.00} ms of a core, at level {row.GetString(2)}");
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
