using System.CommandLine;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 cancel TASK</c>: ends a task that is not finished; a run under way is killed.</summary>
internal static class CancelVerb
{
    private static readonly Argument<string> Target = TaskArgument.Create();

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("cancel", "End a task that is not finished") { Target }.Does(CancelAsync);

    private static async Task<int> CancelAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var taskId = await api.FindTaskAsync(run.Get(Target), cancellationToken);
        var task = await api.Tasks.CancelAsync(taskId, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(task, ContractsJson.Default.TaskResponse);
        }
        else
        {
            run.Screen.Line($"Task {task.Id} of agent {task.AgentId} is {task.Status}.");
        }
        return ExitCode.Ok;
    }
}
