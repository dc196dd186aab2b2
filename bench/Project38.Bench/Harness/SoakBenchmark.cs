using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Harness.Queue;

namespace Project38.Bench.Harness;

/// <summary>
/// Tasks come and are run at a steady pace beside a million that are finished: whether what the queue leaves behind in its table
/// grows, and claims with it become slower.
/// </summary>
internal sealed class SoakBenchmark(BenchHarness harness)
{
    private const int Agents = 2_000;
    private const int Finished = 1_000_000;
    private const int PaceASecond = 100;

    /// <summary>Measures, and says what was seen each half minute.</summary>
    /// <param name="full">Ten minutes; else four.</param>
    public static async Task RunAsync(bool full)
    {
        await using var harness = await BenchHarness.StartAsync();
        await harness.GivenAgentsAsync(Agents);
        await harness.ExecuteAsync(
            $"""
            INSERT INTO tasks (
                team_id, agent_id, "trigger", status, scheduled_at, not_before, max_attempts, attempt, fence, dry_run,
                created_at, completed_at
            )
            SELECT 'default', 1 + n % {Agents}, 'manual', 'completed', now(), now(), 1, 1, 1, false, now(), now()
            FROM generate_series(1, {Finished}) n
            """
        );
        await harness.ExecuteAsync("VACUUM ANALYZE");
        await new SoakBenchmark(harness).SoakAsync(TimeSpan.FromMinutes(full ? 10 : 4));
    }

    private async Task SoakAsync(TimeSpan length)
    {
        var half = TimeSpan.FromSeconds(30);
        var (dead, claims) = (new List<double>(), new List<double>());
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < length; )
        {
            var times = await WorkAsync(half);
            claims.Add(times.Order().ElementAt(times.Count / 2));
            dead.Add(await NumberAsync("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'tasks'"));
            var size = await NumberAsync("SELECT pg_relation_size('ix_tasks_pending')");
            Console.WriteLine(
                $"after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s: {dead[^1]:n0} dead rows, "
                    + $"the index of pending tasks {size / 1024:n0} KB, claim and completion p50 {claims[^1]:0.00} ms"
            );
        }
        // The first two are from before the database looked for dead rows at all, which it does once a minute.
        var middle = 2 + (claims.Count - 2) / 2;
        SideBySide.SayTime(
            "soak",
            1.2,
            ("claim and completion, second half", claims[middle..]),
            ("first half", claims[2..middle])
        );
        Console.WriteLine(
            $"dead rows at most: {dead[2..middle].Max():n0} in the first half, {dead[middle..].Max():n0} in the second"
        );
    }

    // What is due, and then each by itself, as on a node with one slot.
    private async Task<List<double>> WorkAsync(TimeSpan length)
    {
        var queue = harness.Services.GetRequiredService<ITaskQueue>();
        var completion = harness.Services.GetRequiredService<TaskCompletion>();
        List<double> times = [];
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < length; )
        {
            var second = Stopwatch.GetTimestamp();
            await harness.ExecuteAsync(
                $"""
                INSERT INTO tasks (
                    team_id, agent_id, "trigger", status, scheduled_at, not_before, max_attempts, attempt, fence, dry_run,
                    created_at
                )
                SELECT 'default', id, 'manual', 'pending', now(), now(), 1, 0, 0, false, now()
                FROM agents ORDER BY random() LIMIT {PaceASecond}
                """
            );
            while (true)
            {
                var started = Stopwatch.GetTimestamp();
                if (await queue.ClaimAsync("bench", 1, ClaimScope.All, CancellationToken.None) is not [var claim])
                {
                    break;
                }
                await completion.SaveAsync(QueueBenchmark.Ended(claim), slots: null, CancellationToken.None);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            var rest = TimeSpan.FromSeconds(1) - Stopwatch.GetElapsedTime(second);
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }
        return times;
    }

    private async Task<double> NumberAsync(string sql)
    {
        await using var command = harness.Sql.CreateCommand(sql);
        return Convert.ToDouble(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
