using System.Runtime.CompilerServices;
using System.Text.Json;
using Project38.Client.Http;
using Project38.Contracts;

namespace Project38.Client;

/// <summary>Tasks: what was due, and how it went. Every method throws <see cref="ApiException"/> and <see cref="ConnectionLostException"/>.</summary>
public sealed class TasksClient
{
    private static readonly ContractsJson s_json = ContractsJson.Default;
    private readonly Transport _transport;

    internal TasksClient(Transport transport) => _transport = transport;

    /// <summary>Tasks, newest first, fetched as they are taken.</summary>
    /// <param name="agentId">Only of this agent.</param>
    /// <param name="status">Only of this status.</param>
    /// <param name="most">How many at most; null: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<TaskResponse> ListAsync(
        long? agentId = null,
        string? status = null,
        int? most = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.PagesAsync(
            "/api/tasks",
            [("agent_id", agentId), ("status", status)],
            most,
            s_json.IReadOnlyListTaskResponse,
            cancellationToken
        );

    /// <summary>One task.</summary>
    public Task<TaskResponse> GetAsync(long taskId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Get($"/api/tasks/{taskId}"), s_json.TaskResponse, cancellationToken);

    /// <summary>A task with its runs: what they printed, called and used.</summary>
    public Task<TaskLogsResponse> LogsAsync(long taskId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Get($"/api/tasks/{taskId}/logs"), s_json.TaskLogsResponse, cancellationToken);

    /// <summary>One more run of a finished task.</summary>
    public Task<TaskResponse> RetryAsync(long taskId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Post($"/api/tasks/{taskId}/retry"), s_json.TaskResponse, cancellationToken);

    /// <summary>Ends a task that is not finished; a run under way is killed.</summary>
    public Task<TaskResponse> CancelAsync(long taskId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Post($"/api/tasks/{taskId}/cancel"), s_json.TaskResponse, cancellationToken);

    /// <summary>Takes a task out of every list; the ledger keeps its line.</summary>
    public Task HideAsync(long taskId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(ApiRequest.Delete($"/api/tasks/{taskId}"), cancellationToken);

    /// <summary>How tasks went, counted.</summary>
    public Task<TaskSummaryResponse> SummaryAsync(CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Get("/api/tasks/stats/summary"), s_json.TaskSummaryResponse, cancellationToken);

    /// <summary>Waits for the end of a task, also over a restart of the server; one that failed is an answer, and no exception.</summary>
    /// <exception cref="ConnectionLostException">The server went away, and did not come back within half a minute.</exception>
    public Task<ExecutionResponse> WaitAsync(long taskId, CancellationToken cancellationToken = default) =>
        _transport.EndOfTaskAsync(taskId, cancellationToken);

    /// <summary>What a task prints and does as it happens, to its end, also over a restart of the server.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="after">Id of the last event that was seen; null: from its beginning.</param>
    /// <param name="cancellationToken">Ends the following; the task goes on.</param>
    /// <exception cref="ConnectionLostException">The server went away, and did not come back within half a minute.</exception>
    public async IAsyncEnumerable<TaskEvent> FollowAsync(
        long taskId,
        string? after = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var one in _transport.FollowAsync($"/api/tasks/{taskId}/events", after, cancellationToken))
        {
            // What a newer server tells beside these is not for us.
            if (Of(one) is { } known)
            {
                yield return known;
                if (known is TaskEvent.Ended)
                {
                    yield break;
                }
            }
        }
    }

    private static TaskEvent? Of(ServerEvent one) =>
        one.Kind switch
        {
            "log" => new TaskEvent.Printed(one.Id, JsonSerializer.Deserialize(one.Data, s_json.LogEventResponse)!),
            "step" => new TaskEvent.Stepped(one.Id, JsonSerializer.Deserialize(one.Data, s_json.StepEventResponse)!),
            "end" => new TaskEvent.Ended(one.Id, JsonSerializer.Deserialize(one.Data, s_json.TaskResponse)!),
            _ => null,
        };
}
