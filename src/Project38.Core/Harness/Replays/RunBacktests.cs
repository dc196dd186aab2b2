using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Secrets;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Replays;

/// <summary>Executes a version over the recorded runs of its agent, without the world, and says what would be another.</summary>
/// <remarks>
/// Calls that only read are answered from the record; those that change the world too where they are the same, and else by what stands
/// in for them in a dry run. Nothing is written, and nothing is told.
/// </remarks>
public sealed class RunBacktests : IDisposable
{
    /// <summary>The most runs of one backtest.</summary>
    public const int MostRuns = 100;

    /// <summary>How many where nobody says.</summary>
    public const int UsualRuns = 30;

    /// <summary>The longest that one takes; what is not executed by then is counted.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromMinutes(5);

    private readonly IDbContextFactory<ProductDb> _databases;
    private readonly RunRecords _records;
    private readonly RunExecutor _executor;
    private readonly BacktestComparison _comparison;
    private readonly TimeProvider _time;

    // One at a time: it stands in no queue, and must not take the machine from the agents.
    private readonly SemaphoreSlim _place = new(1);

    internal RunBacktests(
        IDbContextFactory<ProductDb> databases,
        RunRecords records,
        RunExecutor executor,
        BacktestComparison comparison,
        TimeProvider time
    ) => (_databases, _records, _executor, _comparison, _time) = (databases, records, executor, comparison, time);

    /// <summary>Executes a version over the last recorded runs.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="number">Number of the version; null: the newest that is proposed, else the current one.</param>
    /// <param name="last">Over how many runs, 1 to <see cref="MostRuns"/>.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="OperationCanceledException">It was killed.</exception>
    public async Task<BacktestAnswer> RunAsync(long agentId, int? number, int last, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, MostRuns);
        await using var db = _databases.CreateDbContext();
        var agent = await db
            .Agents.AsNoTracking()
            .SingleOrDefaultAsync(one => one.Id == agentId && one.DeletedAt == null, cancellationToken);
        if (agent is null)
        {
            return new BacktestAnswer.NoAgent();
        }
        if (await FindVersionAsync(db, agent, number, cancellationToken) is not { } version)
        {
            return number is { } missing
                ? new BacktestAnswer.NoVersion(missing)
                : new BacktestAnswer.Refused($"Agent {agentId} has no version that may run.");
        }
        if (!version.Proved && version.Id != agent.VersionId)
        {
            return new BacktestAnswer.Refused(
                $"Version {version.Number} did not pass its checks and its trial, and only what did may run. Choose another version."
            );
        }

        // What it holds is opened one by one: a record may have 8 MB.
        var recorded = await db
            .RunRecords.Where(record => record.AgentId == agentId && !record.Waits)
            .OrderByDescending(record => record.RunNumber)
            .Take(last)
            .Select(record => record.Id)
            .ToListAsync(cancellationToken);
        if (recorded.Count == 0)
        {
            return new BacktestAnswer.Refused(
                $"No run of agent {agentId} was recorded. To have its next runs recorded: p38 config {agentId} record=true"
            );
        }
        if (!await _place.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return new BacktestAnswer.Busy();
        }

        try
        {
            return new BacktestAnswer.Done(await ExecuteAsync(db, agent, version, recorded, cancellationToken));
        }
        catch (SecretException exception)
        {
            return new BacktestAnswer.Refused(exception.Message);
        }
        finally
        {
            _place.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _place.Dispose();

    private static Task<AgentVersion?> FindVersionAsync(
        ProductDb db,
        Agent agent,
        int? number,
        CancellationToken cancellationToken
    )
    {
        var settings = db.VersionSettings;
        var all = db.AgentVersions.AsNoTracking().Where(version => version.AgentId == agent.Id);
        return number is { } named
            ? all.SingleOrDefaultAsync(version => version.Number == named, cancellationToken)
            : all.Where(version =>
                    version.Id == agent.VersionId
                    || (version.Proved && settings.Any(one => one.VersionId == version.Id && one.BaseConfig != null))
                )
                .OrderBy(version => version.Id == agent.VersionId)
                .ThenByDescending(version => version.Number)
                .FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<BacktestReport> ExecuteAsync(
        ProductDb db,
        Agent agent,
        AgentVersion version,
        List<long> recorded,
        CancellationToken cancellationToken
    )
    {
        // As it will be granted once it is current. What it may not do then, it may not here.
        var grant =
            version.Id == agent.VersionId ? agent.Grant : version.Manifest with { Folders = agent.Grant.Folders };
        using var over = new CancellationTokenSource(MostTime, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        List<BacktestRun> runs = [];
        var (looked, skipped) = (0, 0);
        foreach (var id in recorded)
        {
            if (over.IsCancellationRequested)
            {
                break;
            }
            if (await OpenAsync(db, id, cancellationToken) is not var (run, record))
            {
                (looked, skipped) = (looked + 1, skipped + 1);
                continue;
            }

            var request = RecordedExecution.Of(run, record, version.Code, grant) with
            {
                Recording = RunRecording.OfAnother(record),
            };
            var result = await _executor.ExecuteAsync(request, end.Token);
            cancellationToken.ThrowIfCancellationRequested();
            if (over.IsCancellationRequested)
            {
                // It may be what was killed.
                break;
            }

            looked++;
            runs.Add(_comparison.Compare(run, result));
        }

        return new BacktestReport(version.Number, runs, skipped, recorded.Count - looked);
    }

    // Null: it cannot be executed again, or went with its retention meanwhile.
    private async Task<(AgentRun Run, RecordedRun Record)?> OpenAsync(
        ProductDb db,
        long id,
        CancellationToken cancellationToken
    )
    {
        var row = await db.RunRecords.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (row is null)
        {
            return null;
        }
        var run = await db
            .Runs.AsNoTracking()
            .SingleOrDefaultAsync(
                one => one.AgentId == row.AgentId && one.Number == row.RunNumber && !one.DryRun,
                cancellationToken
            );
        if (run is null or { Outcome: "killed" })
        {
            return null;
        }
        try
        {
            var record = _records.Open(row).Run;
            return record.IsCut || record.Readings is null ? null : (run, record);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
