using System.Text.Json;
using Project38.Contracts;

namespace Project38.Client.Http;

/// <summary>Waits for the ends of tasks.</summary>
internal static class TaskEnds
{
    /// <summary>The end of a task, waited for also over a restart of the server.</summary>
    /// <exception cref="ConnectionLostException">The server went away, and did not come back within half a minute.</exception>
    public static async Task<ExecutionResponse> EndOfTaskAsync(
        this Transport transport,
        long taskId,
        CancellationToken cancellationToken
    )
    {
        // To its last event: what happens on the way is not asked for.
        await foreach (var one in transport.FollowAsync($"/api/tasks/{taskId}/events", after: null, cancellationToken))
        {
            if (one.Kind == "end")
            {
                break;
            }
        }
        var logs = await transport.JsonAsync(
            ApiRequest.Get($"/api/tasks/{taskId}/logs"),
            ContractsJson.Default.TaskLogsResponse,
            cancellationToken
        );
        return Of(logs);
    }

    private static ExecutionResponse Of(TaskLogsResponse logs) =>
        new()
        {
            AgentId = logs.Task.AgentId,
            Status = logs.Task.Status,
            Result = logs.Task.Result is { } result ? JsonElement.Parse(result) : null,
            Error = logs.Task.Error,
            StartedAt = logs.Task.StartedAt,
            CompletedAt = logs.Task.CompletedAt,
            TaskId = logs.Task.Id,
            Run = logs.Runs is [.., var last] ? last : null,
            Messages = logs.Messages,
        };
}
