using System.CommandLine;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 retry TASK</c>: one more run of a finished task.</summary>
internal static class RetryVerb
{
    private static readonly Argument<string> Target = TaskArgument.Create();

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("retry", "Run a finished task once more, and wait") { Target }.Does(RetryAsync);

    private static async Task<int> RetryAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var taskId = await api.FindTaskAsync(run.Get(Target), cancellationToken);
        var execution = await Execution.RetryAsync(api, taskId, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(execution, ContractsJson.Default.ExecutionResponse);
        }
        else
        {
            Execution.Show(run.Screen, execution);
        }
        return Execution.CodeOf(execution);
    }
}
