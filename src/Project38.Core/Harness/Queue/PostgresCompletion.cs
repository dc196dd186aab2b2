using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Project38.Core.Execution;
using Project38.Core.Handoffs;
using Project38.Core.Storage;
using Project38.Core.Tools.Usage;

namespace Project38.Core.Harness.Queue;

/// <summary>A run that has ended, and what that means for its task.</summary>
internal sealed record JudgedRun(EndedRun Ended, Verdict Verdict);

/// <summary>What became of runs that were saved together.</summary>
/// <param name="Places">Those that are saved, by their places; of the others nothing was written.</param>
/// <param name="Next">What was claimed with them.</param>
internal sealed record SavedRuns(IReadOnlySet<int> Places, IReadOnlyList<ClaimedTask> Next);

/// <summary>Saves the usual ends of many runs on PostgreSQL: one statement, which is one round trip and one commit.</summary>
/// <remarks>
/// It writes what <see cref="TaskCompletion"/> writes in its transaction, and nothing of a run that is not usual: whose claim
/// is not held, or whose agent is followed by others.
/// </remarks>
internal sealed class PostgresCompletion(
    IDbContextFactory<ProductDb> databases,
    PostgresClaim claim,
    IOptions<HandoffOptions> handoffs
)
{
    // As characters, not as escapes: what a run printed is not made longer.
    private static readonly JsonSerializerOptions Format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    // Everything stands on the rows of settled: the fence. An agent has one task running, so settled has it once at most.
    // The clock is asked once, and each run once for its followers, whichever way the tasks are found then.
    // One JSON, not an array for each column: of arrays PostgreSQL counts the elements and plans each time anew, for as long
    // as the statement itself takes.
    private const string Begin = $$"""
        WITH clock AS MATERIALIZED (SELECT {{DatabaseClock.PostgresNow}} AS now), ended AS MATERIALIZED (
            SELECT * FROM json_to_recordset($1::json) AS e(
                place integer, task_id bigint, fence bigint, status text, wait_seconds float8, was_watched boolean,
                team_id text, agent_id bigint, version_id bigint, number integer, attempt integer, outcome text, error text,
                output text, log text, log_start bigint, sandbox_level text, wall_seconds float8, cpu_seconds float8,
                peak_memory_bytes bigint, written_bytes bigint, dry_run boolean, steps text, succeeded boolean, state text,
                observations text, actions text, entries bigint, summary text, used json
            )
            WHERE NOT (outcome = 'succeeded' AND NOT dry_run AND EXISTS (
                SELECT 1 FROM agents f
                WHERE f.follows IS NOT NULL AND strpos(f.follows, ',' || e.agent_id || ',') > 0
            ))
        ), settled AS (
            UPDATE tasks t SET
                status = e.status, result = e.output, error = e.error,
                not_before = clock.now + make_interval(secs => e.wait_seconds),
                completed_at = CASE e.status WHEN 'pending' THEN NULL ELSE clock.now END,
                claimed_by = NULL, lease_until = NULL
            FROM clock, ended e
            WHERE t.id = e.task_id AND t.fence = e.fence AND t.status = 'running'
            RETURNING e.*, clock.now
        ), numbered AS (
            SELECT *, GREATEST(
                number, (SELECT COALESCE(max(r.number), 0) + 1 FROM runs r WHERE r.agent_id = settled.agent_id)
            ) AS run_number
            FROM settled
        ), ran AS (
            INSERT INTO runs (
                team_id, agent_id, task_id, version_id, number, attempt, fence, outcome, error, output, log, log_start,
                sandbox_level, started_at, ended_at, wall_seconds, cpu_seconds, peak_memory_bytes, written_bytes, dry_run,
                steps
            )
            SELECT team_id, agent_id, task_id, version_id, run_number, attempt, fence, outcome, error, output, log, log_start,
                sandbox_level, now - make_interval(secs => wall_seconds), now, wall_seconds, cpu_seconds,
                peak_memory_bytes, written_bytes, dry_run, steps
            FROM numbered
        """;

    // Of runs that called tools. An agent has one task running, so no two of a group add to the same row.
    private const string Count = """

        ), counted AS (
            INSERT INTO tool_usage (team_id, agent_id, day, tool, ended, calls, took_microseconds, bytes, cost_micro_usd)
            SELECT s.team_id, s.agent_id, (s.now AT TIME ZONE 'UTC')::date, u.tool, u.ended, u.calls, u.took_microseconds,
                u.bytes, u.cost_micro_usd
            FROM settled s, json_to_recordset(s.used) AS u(
                tool text, ended text, calls bigint, took_microseconds bigint, bytes bigint, cost_micro_usd bigint
            )
            ON CONFLICT (agent_id, day, tool, ended) DO UPDATE SET
                calls = tool_usage.calls + excluded.calls,
                took_microseconds = tool_usage.took_microseconds + excluded.took_microseconds,
                bytes = tool_usage.bytes + excluded.bytes,
                cost_micro_usd = tool_usage.cost_micro_usd + excluded.cost_micro_usd
        """;

    private const string End = $$"""

        ), dropped AS (
            DELETE FROM run_output o USING settled s WHERE s.was_watched AND o.task_id = s.task_id AND o.fence <= s.fence
        ), left_behind AS (
            SELECT *, $2 AS time_to_live FROM numbered WHERE NOT dry_run
        ), handed_on AS (
            {{PostgresHandoffs.Append}}
        )
        SELECT place FROM settled
        """;

    private const string Save = Begin + End;
    private const string SaveAndCount = Begin + Count + End;

    /// <summary>Saves them, and claims the next tasks in the same commit.</summary>
    /// <param name="runs">None of them failed for good, but as a dry run: of that an owner must hear.</param>
    /// <param name="next">Who claims; null: nothing is claimed.</param>
    /// <param name="max">At most this many are claimed, and none where another claim was in the way.</param>
    /// <param name="cancellationToken">Stops waiting; what was committed holds.</param>
    public async Task<SavedRuns> SaveAsync(
        IReadOnlyList<JudgedRun> runs,
        Claimant? next,
        int max,
        CancellationToken cancellationToken
    )
    {
        var used = runs.Select(run => run.Ended.Used).ToList();
        var save = new Saving(
            used.Exists(sums => sums.Count > 0) ? SaveAndCount : Save,
            JsonSerializer.Serialize(runs.Select((run, place) => Row(run, place, used[place])), Format)
        );
        await using var db = databases.CreateDbContext();
        try
        {
            return await SendAsync(db, save, next, max, cancellationToken);
        }
        catch (PostgresException exception) when (PostgresClaim.IsRace(exception))
        {
            // Nothing is saved yet. Whoever was in the way is claiming too; these slots look again by themselves.
            return await SendAsync(db, save, next: null, max: 0, cancellationToken);
        }
    }

    private async Task<SavedRuns> SendAsync(
        ProductDb db,
        Saving save,
        Claimant? next,
        int max,
        CancellationToken cancellationToken
    )
    {
        await using var batch = await db.OpenBatchAsync(cancellationToken);
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(save.Statement)
            {
                Parameters =
                {
                    new() { Value = save.Rows },
                    new() { Value = handoffs.Value.TimeToLive },
                },
            }
        );
        if (next is not null)
        {
            batch.BatchCommands.Add(claim.Command(next, max));
        }
        await using var results = await batch.ExecuteReaderAsync(cancellationToken);
        HashSet<int> places = [];
        while (await results.ReadAsync(cancellationToken))
        {
            places.Add(results.GetInt32(0));
        }
        // Also where there is no other: the end of a batch is its commit.
        var found = await results.NextResultAsync(cancellationToken)
            ? await PostgresClaim.ReadAsync(results, cancellationToken)
            : [];
        return new SavedRuns(places, FoundTask.InOrder(found));
    }

    private static object Row(JudgedRun judged, int place, IReadOnlyList<ToolUsageSum> used)
    {
        var (ended, verdict) = judged;
        var run = ended.ToRow();
        var left = HandoffRow.Of(
            run.TeamId,
            run.AgentId,
            run.Number,
            ended.Result.Trace.Handoff,
            ended.Result is RunResult.Succeeded
        );
        return new
        {
            place,
            run.TaskId,
            run.Fence,
            Status = verdict.Status.ToSnakeCase(),
            WaitSeconds = verdict.Wait.TotalSeconds,
            ended.WasWatched,
            run.TeamId,
            run.AgentId,
            run.VersionId,
            run.Number,
            run.Attempt,
            run.Outcome,
            Error = Clean(run.Error),
            Output = Clean(run.Output),
            Log = Clean(run.Log),
            run.LogStart,
            run.SandboxLevel,
            run.WallSeconds,
            run.CpuSeconds,
            run.PeakMemoryBytes,
            run.WrittenBytes,
            run.DryRun,
            Steps = Clean(run.Steps),
            left.Succeeded,
            State = Clean(left.State),
            Observations = JsonText.Write(left.Observations),
            Actions = JsonText.Write(left.Actions),
            Entries = left.EntriesSoFar,
            Summary = Clean(left.Summary),
            Used = used.Count > 0 ? used : null,
        };
    }

    // As EF does with every text.
    private static string? Clean(string? text) => text is null ? null : StorableText.Clean(text);

    private sealed record Saving(string Statement, string Rows);
}
