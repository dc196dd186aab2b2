using System.Text.Json;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Tools;
using Project38.Core.Tools.Records;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Harness.Replays;

/// <summary>Compares a recorded run with what another version made of it.</summary>
internal sealed class BacktestComparison(ToolRegistry registry)
{
    /// <summary>Compares them.</summary>
    /// <param name="run">As it was.</param>
    /// <param name="result">As it is now, by its record.</param>
    public BacktestRun Compare(AgentRun run, RunResult result)
    {
        var again = RecordedExecution.RowOf(run, result);
        var divergence = result.Trace.Record?.Divergence;
        List<BacktestCall> appeared =
        [
            .. result
                .Trace.Steps.Where(step =>
                    !step.FromRecord
                    && step.ErrorClass is not (ToolErrorClass.Ended or ToolErrorClass.Cancelled)
                    && registry.Find(step.Tool) is { StandIn: not null }
                )
                .Select(step => new BacktestCall(step.Tool, step.Arguments, step.Outcome)),
        ];
        List<BacktestCall> gone = divergence is null
            ?
            [
                .. (result.Trace.Record?.Left ?? [])
                    .Where(call => call.Outcome == "ok" && ChangesWorld(run, call))
                    .Select(call => new BacktestCall(call.Tool, StepArguments.Cut(Arguments(call)), call.Outcome)),
            ]
            : [];

        var endsAlike = (run.Outcome, run.Error) == (again.Outcome, again.Error);
        var status =
            divergence is not null ? BacktestStatus.Diverged
            : !endsAlike && result is not RunResult.Succeeded ? BacktestStatus.Failed
            : endsAlike && run.Output == again.Output && appeared.Count == 0 && gone.Count == 0 ? BacktestStatus.Same
            : BacktestStatus.Changed;
        return new BacktestRun(run, again, status, divergence, appeared, gone);
    }

    // Of a tool that is no more, or took other arguments then, nobody knows: better one change too many.
    private bool ChangesWorld(AgentRun run, RecordedCall call)
    {
        if (registry.Find(call.Tool) is not { } tool)
        {
            return true;
        }

        try
        {
            var identity = new RunIdentity(run.AgentId, run.TeamId, run.TaskId, run.Number);
            var checkedArguments = ToolArguments.Check(tool, Arguments(call));
            return tool.ChangesWorld(new ToolCall(identity, Manifest.Empty, Step: 0, call.Hash, checkedArguments));
        }
        catch (ToolException)
        {
            return true;
        }
    }

    private static Dictionary<string, JsonElement> Arguments(RecordedCall call) =>
        call.Arguments.EnumerateObject().ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
}
