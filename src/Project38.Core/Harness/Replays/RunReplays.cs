using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Secrets;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Replays;

/// <summary>What came of executing a run again.</summary>
public abstract record ReplayAnswer
{
    private ReplayAnswer() { }

    /// <summary>It was executed.</summary>
    public sealed record Replayed(ReplayReport Report) : ReplayAnswer;

    /// <summary>There is no such run.</summary>
    public sealed record NotFound : ReplayAnswer;

    /// <summary>It cannot be executed again, and why.</summary>
    public sealed record Refused(string Reason) : ReplayAnswer;

    /// <summary>As many are executed as may be.</summary>
    public sealed record Busy : ReplayAnswer;
}

/// <summary>A run that was executed again, by its record and without the world.</summary>
/// <param name="Run">As it was.</param>
/// <param name="Again">As it is now; its numbers are those of the run.</param>
/// <param name="Calls">How many calls its record has.</param>
/// <param name="Differences">What is not the same, a sentence each; empty: nothing.</param>
public sealed record ReplayReport(AgentRun Run, AgentRun Again, int Calls, IReadOnlyList<string> Differences);

/// <summary>Executes runs again by their records: every call is answered from there, and none is made.</summary>
public sealed class RunReplays : IDisposable
{
    /// <summary>How many at one time: they stand in no queue, and must not take the machine from the agents.</summary>
    public const int MostAtOnce = 2;

    private readonly IDbContextFactory<ProductDb> _databases;
    private readonly RunRecords _records;
    private readonly RunExecutor _executor;
    private readonly SemaphoreSlim _places = new(MostAtOnce);

    internal RunReplays(IDbContextFactory<ProductDb> databases, RunRecords records, RunExecutor executor) =>
        (_databases, _records, _executor) = (databases, records, executor);

    /// <summary>Executes a run again. Nothing is written, and nothing is told.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="OperationCanceledException">It was killed.</exception>
    public async Task<ReplayAnswer> ReplayAsync(long runId, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == runId, cancellationToken) is not { } run)
        {
            return new ReplayAnswer.NotFound();
        }

        // Before its record is opened, which takes as much memory as the record has.
        if (!await _places.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return new ReplayAnswer.Busy();
        }

        try
        {
            return await ReplayAsync(db, run, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private async Task<ReplayAnswer> ReplayAsync(ProductDb db, AgentRun run, CancellationToken cancellationToken)
    {
        var row = await db
            .RunRecords.AsNoTracking()
            .SingleOrDefaultAsync(
                record => record.AgentId == run.AgentId && record.RunNumber == run.Number && !record.Waits,
                cancellationToken
            );
        if (row is null)
        {
            return new ReplayAnswer.Refused(
                $"Run {run.Id} was not recorded. To have an agent's next runs recorded: p38 config {run.AgentId} record=true"
            );
        }

        RecordedRun record;
        try
        {
            record = _records.Open(row).Run;
        }
        catch (Exception exception) when (exception is SecretException or InvalidDataException)
        {
            return new ReplayAnswer.Refused(exception.Message);
        }
        if (record.IsCut || record.Readings is null)
        {
            return new ReplayAnswer.Refused(
                $"Run {run.Id} cannot be executed again: it {(record.IsCut ? "was answered more by its tools" : "read the clock more often")} than is kept."
            );
        }

        var agent = await db.Agents.AsNoTracking().SingleAsync(one => one.Id == run.AgentId, cancellationToken);
        var version = await db
            .AgentVersions.AsNoTracking()
            .SingleAsync(one => one.Id == row.VersionId, cancellationToken);
        var request = RecordedExecution.Of(run, record, version.Code, agent.Grant) with
        {
            Recording = RunRecording.Of(record, live: false),
        };
        var result = await _executor.ExecuteAsync(request, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return new ReplayAnswer.Replayed(Compare(run, record, result));
    }

    private static ReplayReport Compare(AgentRun run, RecordedRun record, RunResult result)
    {
        var again = RecordedExecution.RowOf(run, result);
        List<string> differences = [];
        if (result.Trace.Record?.Divergence is { } divergence)
        {
            // What follows from that is no news.
            differences.Add(divergence);
            return new ReplayReport(run, again, record.Calls.Count, differences);
        }
        if (result.Trace.Record is { Left: { Count: > 0 } left })
        {
            differences.Add($"{left.Count} of its {record.Calls.Count} calls were not made again.");
        }
        if (run.Outcome != again.Outcome || run.Error != again.Error)
        {
            differences.Add($"It {Ended(again)}, and had {Ended(run)}.");
        }
        if (run.Output != again.Output)
        {
            differences.Add("Its result is another.");
        }
        if (run.Log != again.Log)
        {
            differences.Add("It printed something else.");
        }
        return new ReplayReport(run, again, record.Calls.Count, differences);
    }

    private static string Ended(AgentRun run) =>
        run.Error is { } error ? $"{run.Outcome} ({StorableText.Cut(error, 200)})" : run.Outcome;
}
