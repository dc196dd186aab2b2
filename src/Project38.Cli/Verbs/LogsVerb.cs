using System.CommandLine;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 logs TASK|AGENT</c>: the runs of a task, or of an agent's latest.</summary>
internal static class LogsVerb
{
    private static readonly Argument<string> Target = TaskArgument.Create();

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("logs", "Show what a task printed and did") { Target, Following.Option }.Does(ShowAsync);

    private static async Task<int> ShowAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var taskId = await api.FindTaskAsync(run.Get(Target), cancellationToken);
        if (run.Get(Following.Option))
        {
            return await Following.ShowAsync(api, taskId, run.Screen, cancellationToken);
        }
        var logs = await api.Tasks.LogsAsync(taskId, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(logs, ContractsJson.Default.TaskLogsResponse);
            return ExitCode.Ok;
        }

        run.Screen.Part("task", $"{logs.Task.Id} of agent {logs.Task.AgentId}, {logs.Task.Status}");
        if (logs.Runs.Count == 0)
        {
            run.Screen.Line(logs.Task.Error ?? "It has not run.");
        }
        foreach (var one in logs.Runs)
        {
            Show(run.Screen, one);
        }
        foreach (var message in logs.Messages)
        {
            run.Screen.Part("said", message.Text);
        }
        return ExitCode.Ok;
    }

    private static void Show(Screen screen, RunResponse run)
    {
        var good = run.Outcome == "succeeded";
        var level = run.SandboxLevel ?? "none";
        screen.Line();
        screen.Part(
            $"run {run.Attempt}",
            $"{run.Outcome}, {screen.Time(run.StartedAt)}, sandbox level {level}",
            run.WallSeconds,
            good
        );
        foreach (var step in run.Steps)
        {
            var detail = step.Detail is null ? "" : $": {step.Detail}";
            screen.Part(
                $"  step {step.Number}",
                $"{step.Tool} {step.Outcome}{detail}",
                step.Seconds,
                step.Outcome == "ok"
            );
        }
        if (run.Error is { } error)
        {
            screen.Part("  error", error, good: false);
        }
        if (run.Log.Length > 0)
        {
            screen.Part("  printed", run.Log);
        }
    }
}
