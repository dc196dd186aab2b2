using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary>A run by hand, and how it is shown.</summary>
internal static class Execution
{
    // A person is to answer; the run goes on then, and nobody waits for that here.
    private const string Waiting = "waiting";
    private const int MostMessages = 20;
    private const int MostCharacters = 1000;

    /// <summary>Runs an agent now, and waits.</summary>
    public static async Task<ExecutionResponse> RunAsync(
        P38Client api,
        long agentId,
        ExecuteAgentRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await api.Agents.RunAsync(agentId, request, cancellationToken);
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw StoppedWaiting(agentId, exception);
        }
    }

    /// <summary>Runs a finished task once more, and waits.</summary>
    public static async Task<ExecutionResponse> RetryAsync(
        P38Client api,
        long taskId,
        CancellationToken cancellationToken
    )
    {
        var task = await api.Tasks.RetryAsync(taskId, cancellationToken);
        try
        {
            var ended = await api.Tasks.WaitAsync(taskId, cancellationToken);

            // The last run alone speaks: what earlier ones said was shown when they ran.
            var began = ended.Run?.StartedAt;
            return ended with { Messages = [.. ended.Messages.Where(message => message.CreatedAt >= began)] };
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw StoppedWaiting(task.AgentId, exception);
        }
    }

    /// <summary>Shows the run, and what it said.</summary>
    public static void Show(Screen screen, ExecutionResponse execution)
    {
        var good = CodeOf(execution) == ExitCode.Ok;
        if (execution.Status == Waiting)
        {
            screen.Part("waits", $"task {execution.TaskId}: {execution.Error} Answer: p38 approvals", null, good: true);
            return;
        }
        var level = execution.Run?.SandboxLevel is { } name ? $", sandbox level {name}" : "";
        var outcome = good
            ? $"task {execution.TaskId} completed{level}: {execution.Result?.GetRawText() ?? "no result"}"
            : $"task {execution.TaskId} {execution.Status}{level}: {execution.Error}\nSee 'p38 logs {execution.TaskId}'.";
        screen.Part(execution.Run is { DryRun: true } ? "dry run" : "ran", outcome, execution.Run?.WallSeconds, good);

        foreach (var step in execution.Run?.Steps.Where(step => step.Outcome == "recorded") ?? [])
        {
            screen.Part("would", $"{step.Tool} {step.Arguments}");
        }

        var said = execution.Messages.Where(message => message.Source == "agent").ToList();
        foreach (var message in said.Take(MostMessages))
        {
            var cut = message.Text.Length > MostCharacters;
            screen.Part("said", cut ? message.Text[..MostCharacters] + "…" : message.Text);
        }
        if (said.Count > MostMessages || said.Take(MostMessages).Any(one => one.Text.Length > MostCharacters))
        {
            var more = Math.Max(0, said.Count - MostMessages);
            screen.Part("", $"{(more > 0 ? $"and {more} more. " : "")}All of it: p38 logs {execution.TaskId}");
        }
        if (!screen.Quiet && good && execution.Messages.Count == 0 && execution.Run is not { DryRun: true })
        {
            screen.Part("said", "nothing");
        }
    }

    /// <summary>How a verb ends that ends with this run.</summary>
    public static int CodeOf(ExecutionResponse execution) =>
        execution.Status is "completed" or Waiting ? ExitCode.Ok : ExitCode.FailedRun;

    private static CliException StoppedWaiting(long agentId, Exception exception) =>
        new(ExitCode.Interrupted, $"Stopped waiting; the run goes on. See it with 'p38 tasks {agentId}'.", exception);
}
