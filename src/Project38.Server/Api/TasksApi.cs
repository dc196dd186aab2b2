using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Harness.Queue;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Tasks: what ran, what is due, and running now.</summary>
internal static class TasksApi
{
    /// <summary>Maps <c>/api/tasks</c>.</summary>
    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapGroup("/api/tasks");
        var list = new RouteFacts { Query = [QueryParameter.Status<AgentTaskStatus>()], Paged = true };
        tasks
            .MapGet("", ListAsync)
            .Says("listTasks", "Tasks, newest first", list with { Query = [QueryParameter.AgentId, .. list.Query] });
        tasks.MapGet("/{id:long}", GetAsync).Says("getTask", "One task");
        tasks.MapGet("/{id:long}/logs", LogsAsync).Says("getTaskLogs", "Its runs: what they printed, called and used");
        tasks
            .MapDelete("/{id:long}", HideAsync)
            .Says("hideTask", "Takes it out of every list; the ledger keeps its line");
        tasks.MapPost("/{id:long}/retry", RetryAsync).Says("retryTask", "One more run of a finished task");
        tasks.MapPost("/{id:long}/cancel", CancelAsync).Says("cancelTask", "Ends a task that is not finished");
        Execution
            .Answers(tasks.MapPost("/execute", ExecuteAsync))
            .Says("executeTask", "Runs an agent now, and waits", new RouteFacts { Long = true });
        tasks
            .MapGet("/agents/{agentId:long}/tasks", ListOfAgentAsync)
            .Says("listAgentTasks", "Tasks of an agent, newest first", list);
        tasks
            .MapGet("/agent/{agentId:long}", ListOfAgentAsync)
            .Says("listTasksOfAgent", "Tasks of an agent, newest first", list);
        tasks.MapGet("/stats/summary", SummarizeAsync).Says("summarizeTasks", "How tasks went, counted");
    }

    private static Task<Ok<IReadOnlyList<TaskResponse>>> ListAsync(
        HttpContext context,
        TaskBook book,
        CancellationToken cancellationToken
    ) => PageAsync(context, agentId: null, book, cancellationToken);

    private static Task<Ok<IReadOnlyList<TaskResponse>>> ListOfAgentAsync(
        long agentId,
        HttpContext context,
        TaskBook book,
        CancellationToken cancellationToken
    ) => PageAsync(context, agentId, book, cancellationToken);

    private static async Task<Ok<IReadOnlyList<TaskResponse>>> PageAsync(
        HttpContext context,
        long? agentId,
        TaskBook book,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(context.Request);
        var paging = Paging.Of(query);
        var filter = new TaskFilter
        {
            AgentId = agentId ?? query.Id("agent_id"),
            Status = query.OneOf<AgentTaskStatus>("status"),
            Limit = paging.Limit,
            Offset = paging.Offset,
        };
        query.ThrowIfWrong();

        var page = await book.ListAsync(filter, cancellationToken);
        paging.Describe(context, page.Total);
        return TypedResults.Ok<IReadOnlyList<TaskResponse>>([.. page.Tasks.Select(Wire.Of)]);
    }

    private static async Task<Ok<TaskResponse>> GetAsync(long id, TaskBook book, CancellationToken cancellationToken) =>
        TypedResults.Ok(Wire.Of(await FindAsync(book, id, cancellationToken)));

    private static async Task<Ok<TaskLogsResponse>> LogsAsync(
        long id,
        TaskBook book,
        InboxReader inbox,
        CancellationToken cancellationToken
    )
    {
        var task = await FindAsync(book, id, cancellationToken);
        var runs = await book.RunsAsync(id, cancellationToken);
        var messages = await inbox.OfTaskAsync(id, cancellationToken);
        return TypedResults.Ok(
            new TaskLogsResponse(Wire.Of(task), [.. runs.Select(Wire.Of)], [.. messages.Select(Wire.Of)])
        );
    }

    private static async Task<NoContent> HideAsync(
        long id,
        TaskControl control,
        HttpContext context,
        CancellationToken cancellationToken
    ) =>
        await control.HideAsync(id, context.User.Identity!.Name!, cancellationToken)
            ? TypedResults.NoContent()
            : throw NoSuchTask(id);

    private static async Task<Created<TaskResponse>> RetryAsync(
        long id,
        Body<EmptyRequest> _,
        TaskControl control,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var who = context.User.Identity!.Name!;
        var task = Execution.Accepted(await control.RetryAsync(id, who, cancellationToken));
        return TypedResults.Created($"/api/tasks/{task.Id}", Wire.Of(task));
    }

    private static async Task<Ok<TaskResponse>> CancelAsync(
        long id,
        Body<EmptyRequest> _,
        TaskControl control,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var who = context.User.Identity!.Name!;
        return TypedResults.Ok(Wire.Of(Execution.Accepted(await control.CancelAsync(id, who, cancellationToken))));
    }

    private static Task<IResult> ExecuteAsync(
        Body<ExecuteTaskRequest> body,
        Execution execution,
        HttpContext context,
        CancellationToken cancellationToken
    ) => execution.AnswerAsync(body.Value.AgentId!.Value, body.Value, context, cancellationToken);

    private static async Task<Ok<TaskSummaryResponse>> SummarizeAsync(
        TaskBook book,
        CancellationToken cancellationToken
    )
    {
        var summary = await book.SummarizeAsync(cancellationToken);
        return TypedResults.Ok(
            new TaskSummaryResponse
            {
                Total = summary.Total,
                Completed = summary.Completed,
                Failed = summary.Failed,
                Running = summary.Running,
                Pending = summary.Pending,
                SuccessRate = summary.SuccessRate,
            }
        );
    }

    private static async Task<AgentTask> FindAsync(TaskBook book, long id, CancellationToken cancellationToken) =>
        await book.FindAsync(id, cancellationToken) ?? throw NoSuchTask(id);

    /// <summary>The refusal of a task that is not there.</summary>
    public static ProblemException NoSuchTask(long id) =>
        new(StatusCodes.Status404NotFound, $"There is no task {id}. GET /api/tasks lists those there are.");
}
