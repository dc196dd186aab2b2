using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;

namespace Project38.Bench.Harness;

/// <summary>Completion with the next claim, beside pgbench with the barest script that writes the same rows on the same server.</summary>
internal sealed class QueueBenchmark(BenchHarness harness)
{
    private const int Agents = 2_000;
    private const int Rounds = 5;

    // A node runs for weeks: by then what it does all the time is compiled as well as it will be.
    private const int WarmUps = 5;

    // Of the same tables: task, run, result. No one-per-agent, no retries, no handoff, no fence to hold.
    private const string Barest = """
        WITH claimed AS (
            UPDATE tasks SET status = 'running', fence = fence + 1, attempt = attempt + 1, claimed_by = 'pgbench',
                lease_until = now() + interval '30 s', started_at = now()
            WHERE id = ANY(ARRAY(
                SELECT id FROM tasks WHERE status = 'pending' AND not_before <= now()
                ORDER BY not_before, id LIMIT :batch FOR UPDATE SKIP LOCKED
            ))
            RETURNING id
        )
        SELECT count(*) FROM claimed;
        WITH done AS (
            UPDATE tasks SET status = 'completed', result = 'null', completed_at = now(), claimed_by = NULL,
                lease_until = NULL
            WHERE status = 'running' AND claimed_by = 'pgbench'
            RETURNING id, agent_id
        )
        INSERT INTO runs (
            team_id, agent_id, task_id, version_id, number, attempt, fence, outcome, output, log, log_start, started_at,
            ended_at, wall_seconds, dry_run, steps
        )
        SELECT 'default', done.agent_id, done.id, a.version_id, done.id, 1, 1, 'succeeded', 'null', '', 0, now(), now(), 0,
            false, '[]'
        FROM done JOIN agents a ON a.id = done.agent_id;
        """;

    /// <summary>Measures with batches of 1 and of 100. Runs and handoffs of the rounds before stay: these agents have run before.</summary>
    public static async Task RunAsync()
    {
        await using var harness = await BenchHarness.StartAsync();
        await harness.GivenAgentsAsync(Agents);
        var queue = new QueueBenchmark(harness);
        await queue.CompareAsync(batch: 1, tasks: 400, goal: 0.7);
        await queue.CompareAsync(batch: 100, tasks: 2_000, goal: 0.8);
    }

    private async Task CompareAsync(int batch, int tasks, double goal)
    {
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            await GivenFreshTasksAsync();
            var our = await OursAsync(batch, tasks);
            var their = await TheirsAsync(batch, tasks);
            if (round >= WarmUps)
            {
                ours.Add(our);
                theirs.Add(their);
            }
        }
        SideBySide.SayRate(
            $"queue-{batch}",
            goal,
            ("claim and complete", ours),
            ("pgbench, the barest script", theirs)
        );
    }

    private async Task GivenFreshTasksAsync()
    {
        await harness.ExecuteAsync("DELETE FROM tasks");
        await harness.GivenTasksAsync();
        await harness.ExecuteAsync("VACUUM ANALYZE");
    }

    private async Task<double> OursAsync(int batch, int tasks)
    {
        var queue = harness.Services.GetRequiredService<ITaskQueue>();
        var completion = harness.Services.GetRequiredService<TaskCompletion>();
        var slots = new NextClaims();
        var started = Stopwatch.GetTimestamp();
        var claims = await queue.ClaimAsync("bench", batch, ClaimScope.All, CancellationToken.None);
        for (var done = 0; done < tasks; done += claims.Count)
        {
            claims = done > 0 ? slots.Take() : claims;
            // At once, as the runs of a node with so many slots that end at the same moment.
            await Task.WhenAll(
                claims.Select(claim => completion.SaveAsync(Ended(claim), slots, CancellationToken.None))
            );
        }
        return tasks / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<double> TheirsAsync(int batch, int tasks)
    {
        await GivenFreshTasksAsync();
        var transactions = (tasks / batch).ToString(CultureInfo.InvariantCulture);
        var size = batch.ToString(CultureInfo.InvariantCulture);
        var perSecond = await harness.Server.PgBenchAsync(
            Barest,
            ["-M", "prepared", "-c", "1", "-t", transactions, "-D", $"batch={size}"]
        );
        return perSecond * batch;
    }

    /// <summary>The end of a run that did nothing.</summary>
    public static EndedRun Ended(ClaimedTask claim) =>
        new()
        {
            Claim = claim,
            Agent = new Agent
            {
                Id = claim.AgentId,
                Name = "agent",
                Description = "Is one of many.",
                CreatedBy = "bench",
            },
            // Versions were made in the order of their agents.
            VersionId = claim.AgentId,
            RunNumber = 1,
            Result = new RunResult.Succeeded(JsonElement.Parse("null")) { Trace = RunTrace.None },
            RetryBackoff = TimeSpan.FromSeconds(1),
            Took = TimeSpan.Zero,
        };

    // What was claimed while the runs before it were saved.
    private sealed class NextClaims : ISlots
    {
        private List<ClaimedTask> _claims = [];

        public Claimant Claimant { get; } = new("bench", ClaimScope.All);

        // Nothing is handed back here, so a turn is nothing to wait for, nor to end.
        public Task<IDisposable> TakeTurnAsync() => Task.FromResult<IDisposable>(Stream.Null);

        public void Begin(ClaimedTask claim, long claimedAt) => _claims.Add(claim);

        public void ClaimUnanswered() =>
            throw new InvalidOperationException("The database failed; nothing is measured.");

        public IReadOnlyList<ClaimedTask> Take()
        {
            var taken = _claims;
            _claims = [];
            return taken;
        }
    }
}
