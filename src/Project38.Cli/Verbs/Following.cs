using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary>A task that is followed: what its runs print and do as it happens, and how it ended.</summary>
internal static class Following
{
    /// <summary><c>--follow</c>.</summary>
    public static Option<bool> Option { get; } =
        new("--follow", "-f") { Description = "Show what it prints and does as it happens, and end with it" };

    /// <summary>Follows a task to its end.</summary>
    /// <returns>How the verb ends.</returns>
    public static async Task<int> ShowAsync(
        ApiClient api,
        long taskId,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await foreach (var (kind, data) in api.FollowAsync(taskId, cancellationToken))
            {
                Show(screen, kind, data);
            }
            var logs = await api.GetAsync(
                $"/api/tasks/{taskId}/logs",
                ContractsJson.Default.TaskLogsResponse,
                cancellationToken
            );
            return End(screen, logs);
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

    private static void Show(Screen screen, string kind, string data)
    {
        if (screen.Json)
        {
            screen.JsonLine(new JsonObject { ["event"] = kind, ["data"] = JsonNode.Parse(data) });
            return;
        }
        switch (kind)
        {
            case "log":
                screen.Print(JsonSerializer.Deserialize(data, ContractsJson.Default.LogEventResponse)!.Text);
                break;
            case "step":
                var step = JsonSerializer.Deserialize(data, ContractsJson.Default.StepEventResponse)!;
                var text = $"{step.Tool} {step.Outcome}";
                screen.Progress($"step {step.Number}", text, step.Seconds);
                break;
        }
    }

    private static int End(Screen screen, TaskLogsResponse logs)
    {
        var (task, run) = (logs.Task, logs.Runs.Count > 0 ? logs.Runs[^1] : null);
        var execution = new ExecutionResponse
        {
            AgentId = task.AgentId,
            Status = task.Status,
            Result = task.Result is null ? null : JsonElement.Parse(task.Result),
            Error = task.Error,
            StartedAt = task.StartedAt,
            CompletedAt = task.CompletedAt,
            TaskId = task.Id,
            Run = run,
            Messages = logs.Messages,
        };
        if (!screen.Json)
        {
            Execution.Show(screen, execution);
        }
        return Execution.CodeOf(execution);
    }
}
