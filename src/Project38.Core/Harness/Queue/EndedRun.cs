using System.Text.Json;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Harness.Workers;
using Project38.Core.Storage;
using Project38.Core.Tools.Usage;

namespace Project38.Core.Harness.Queue;

/// <summary>A run that has ended, with what its task needs to know of it.</summary>
internal sealed record EndedRun
{
    /// <summary>How the steps of a run are stored.</summary>
    public static readonly JsonSerializerOptions StepsFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The claim it ran under.</summary>
    public required ClaimedTask Claim { get; init; }

    /// <summary>Its agent, as it was when the run began.</summary>
    public required Agent Agent { get; init; }

    /// <summary>The version that ran.</summary>
    public required long VersionId { get; init; }

    /// <summary>Its number within the agent.</summary>
    public required int RunNumber { get; init; }

    /// <summary>How it ended.</summary>
    public required RunResult Result { get; init; }

    /// <summary>Wait before the first retry.</summary>
    public required TimeSpan RetryBackoff { get; init; }

    /// <summary>Wall time, for a run that had no sandbox to count it.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>Whether it went on from the record of a run that had asked. Default: no.</summary>
    public bool WentOn { get; init; }

    /// <summary>Whether its record is kept after its end. Default: no.</summary>
    public bool KeepsRecord { get; init; }

    /// <summary>Whether its program was not started because nobody said yes to what it holds. Default: no.</summary>
    public bool LacksYes { get; init; }

    /// <summary>Whether pieces of it may have been written down while it went on; of a short run there are none.</summary>
    public bool WasWatched => Took >= RunWatcher.Every;

    /// <summary>What it used of tools.</summary>
    public IReadOnlyList<ToolUsageSum> Used => ToolUsageSum.Of(Result.Trace.Steps);

    /// <summary>Its row, with the number that it began with. When it began and ended the database's clock says.</summary>
    public AgentRun ToRow()
    {
        var usage = Result.Trace.Exit?.Usage;
        var log = StoredText.LogTail(Result.Trace.Log, out var logStart);
        return new AgentRun
        {
            TeamId = Agent.TeamId,
            AgentId = Agent.Id,
            TaskId = Claim.TaskId,
            VersionId = VersionId,
            Number = RunNumber,
            Attempt = Claim.Attempt,
            Fence = Claim.Fence,
            Outcome = Verdict.OutcomeOf(Result),
            Error = Result is RunResult.Succeeded ? null : Verdict.ErrorOf(Result),
            Output = (Result as RunResult.Succeeded)?.Output.GetRawText(),
            Log = log,
            LogStart = logStart,
            SandboxLevel = Result.Trace.Exit?.Level.ToSnakeCase(),
            WallSeconds = (usage?.WallTime ?? Took).TotalSeconds,
            CpuSeconds = usage?.CpuTime?.TotalSeconds,
            PeakMemoryBytes = usage?.PeakMemoryBytes,
            WrittenBytes = usage?.WrittenBytes,
            DryRun = Claim.DryRun,
            Steps = JsonSerializer.Serialize(Result.Trace.Steps, StepsFormat),
        };
    }
}
