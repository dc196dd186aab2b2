using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Harness.Queue;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Core.Harness.Replays;

/// <summary>A recorded run that is executed again, beside the queue: what it is given, and what would be its row.</summary>
internal static class RecordedExecution
{
    /// <summary>What was given to the run. How it goes by the record is the caller's to add.</summary>
    /// <param name="run">The run.</param>
    /// <param name="record">Its record.</param>
    /// <param name="code">The program to execute, which may be another.</param>
    /// <param name="grant">What it may use; the config of the run narrows it, as it did.</param>
    public static RunRequest Of(AgentRun run, RecordedRun record, string code, Manifest grant)
    {
        var config = AgentConfig.Read(record.Given.Config.GetRawText(), run.StartedAt, out _) ?? new AgentConfig();
        return new RunRequest
        {
            AgentId = run.AgentId,
            TeamId = run.TeamId,
            TaskId = run.TaskId,
            Code = code,
            Config = record.Given.Config,
            Grant = grant.NarrowedTo(config.Tools),
            Handoff = record.Given.Handoff,
            RunNumber = record.Given.RunNumber,
            Limits = new SandboxLimits
            {
                MemoryBytes = config.MemoryMb * 1024L * 1024L,
                CpuPercent = config.CpuPercent,
                Timeout = config.Timeout,
            },
            Python = config.Python,
            Lease = AlwaysHeld.Instance,
            // Whatever might pass the record all the same changes nothing.
            DryRun = true,
            Clock = record.Given.Clock,
        };
    }

    /// <summary>The row that it would have left, under the numbers of the run.</summary>
    public static AgentRun RowOf(AgentRun run, RunResult result)
    {
        var log = StoredText.LogTail(result.Trace.Log, out var logStart);
        return new AgentRun
        {
            TeamId = run.TeamId,
            AgentId = run.AgentId,
            TaskId = run.TaskId,
            VersionId = run.VersionId,
            Number = run.Number,
            Attempt = run.Attempt,
            Outcome = Verdict.OutcomeOf(result),
            Error = result is RunResult.Succeeded ? null : Verdict.ErrorOf(result),
            Output = (result as RunResult.Succeeded)?.Output.GetRawText(),
            Log = log,
            LogStart = logStart,
            WallSeconds = result.Trace.Exit?.Usage.WallTime.TotalSeconds ?? 0,
        };
    }
}
