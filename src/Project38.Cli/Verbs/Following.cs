using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary>A task that is followed: what its runs print and do as it happens, and how it ended.</summary>
internal static class Following
{
    private static readonly ContractsJson Json = ContractsJson.Default;

    /// <summary><c>--follow</c>.</summary>
    public static Option<bool> Option { get; } =
        new("--follow", "-f") { Description = "Show what it prints and does as it happens, and end with it" };

    /// <summary>Follows a task to its end.</summary>
    /// <returns>How the verb ends.</returns>
    public static async Task<int> ShowAsync(
        P38Client api,
        long taskId,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await foreach (var one in api.Tasks.FollowAsync(taskId, after: null, cancellationToken))
            {
                Show(screen, one);
            }
            return End(screen, await api.Tasks.WaitAsync(taskId, cancellationToken));
        }
        catch (ConnectionLostException exception)
        {
            throw new CliException(
                ExitCode.Server,
                $"The server went away, and did not come back in time. See what became of it: p38 logs {taskId}",
                exception
            );
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new CliException(
                ExitCode.Interrupted,
                $"Stopped following; the task goes on. Follow it again with 'p38 logs {taskId} --follow'.",
                exception
            );
        }
    }

    private static void Show(Screen screen, TaskEvent one)
    {
        switch (one)
        {
            case var _ when screen.Json:
                var (kind, data) = JsonOf(one);
                screen.JsonLine(new JsonObject { ["event"] = kind, ["data"] = data });
                break;
            case TaskEvent.Printed printed:
                screen.Print(printed.Log.Text);
                break;
            case TaskEvent.Stepped { Step: var step }:
                screen.Progress($"step {step.Number}", $"{step.Tool} {step.Outcome}", step.Seconds);
                break;
        }
    }

    // As the API has it.
    private static (string Kind, JsonNode? Data) JsonOf(TaskEvent one) =>
        one switch
        {
            TaskEvent.Printed printed => ("log", JsonSerializer.SerializeToNode(printed.Log, Json.LogEventResponse)),
            TaskEvent.Stepped stepped => ("step", JsonSerializer.SerializeToNode(stepped.Step, Json.StepEventResponse)),
            TaskEvent.Ended ended => ("end", JsonSerializer.SerializeToNode(ended.Task, Json.TaskResponse)),
            _ => throw new UnreachableException($"An event unknown here: {one}."),
        };

    private static int End(Screen screen, ExecutionResponse execution)
    {
        if (!screen.Json)
        {
            Execution.Show(screen, execution);
        }
        return Execution.CodeOf(execution);
    }
}
