using System.Text.Json;
using Microsoft.Extensions.Options;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Workers;
using Project38.Server.Agents;
using Project38.Server.Http;
using Project38.Server.Http.Idempotency;

namespace Project38.Server.Api;

/// <summary>A run by hand: a task is made, and the answer waits for its end.</summary>
internal sealed class Execution(
    TaskControl control,
    AgentRegister agents,
    TaskBook book,
    InboxReader inbox,
    WorkerDrain drain,
    IOptions<WorkerOptions> workers,
    IHostApplicationLifetime lifetime,
    TimeProvider time
)
{
    /// <summary>Says how a route answers that runs an agent.</summary>
    public static RouteHandlerBuilder Answers(RouteHandlerBuilder route) =>
        route.Produces<ExecutionResponse>().Produces<TaskResponse>(StatusCodes.Status202Accepted);

    /// <summary>
    /// Runs an agent, and answers when it has ended; or with its task, when the client prefers that, or when the run does not
    /// end within the patience of a server that stops.
    /// </summary>
    /// <remarks>Whoever stops waiting does not stop the run.</remarks>
    /// <param name="agentId">The agent.</param>
    /// <param name="request">What its run gets.</param>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ProblemException">There is no such agent, it may not run, or the config is wrong.</exception>
    public async Task<IResult> AnswerAsync(
        long agentId,
        ExecuteAgentRequest request,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var start = new ManualStart(
            ConfigOf.Request(request.Config),
            request.Clock,
            request.DryRun ?? false,
            IdempotencyKeys.CauseOf(context.Request)
        );
        var who = context.User.Identity!.Name!;

        if (request.AcceptRisks == true)
        {
            AgentsApi.Done(agentId, await agents.AcceptRisksAsync(agentId, who, CancellationToken.None));
        }

        // Not to be broken off: of a commit that was, nobody knows whether it made a task.
        var answer = await control.StartAsync(agentId, start, who, CancellationToken.None);
        if (answer is TaskAnswer.Unaccepted(var risks) && request.AcceptRisks == true)
        {
            throw RiskProblem.OfRun(agentId, risks);
        }
        var started = Accepted(answer);
        if (Preference.ForAsync(context))
        {
            return Begun(started);
        }
        // As long as the workers wait for their runs: until the drain's limit, or until somebody has no more patience.
        using var waiting = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var stopping = lifetime.ApplicationStopping.Register(() => waiting.CancelAfter(workers.Value.DrainLimit));
        using var over = drain.Over.Register(waiting.Cancel);
        using var gone = cancellationToken.Register(() => EndUnlessStopping(waiting));
        try
        {
            return TypedResults.Ok(await EndAsync(started, waiting.Token));
        }
        catch (OperationCanceledException)
            when (lifetime.ApplicationStopping.IsCancellationRequested || drain.Over.IsCancellationRequested)
        {
            // The task outlives the server; an answer that were broken off would be asked for again, and run twice.
            return Begun(await book.FindAsync(started.Id, CancellationToken.None) ?? started);
        }
        finally
        {
            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                // Whoever waited to the end gets the answer.
                context.RequestAborted = CancellationToken.None;
            }
        }
    }

    // The stop of the server is not the client's leaving, though a request with a key hears of it in the same way.
    private void EndUnlessStopping(CancellationTokenSource waiting)
    {
        if (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            waiting.Cancel();
        }
    }

    private static IResult Begun(AgentTask task) => TypedResults.Accepted($"/api/tasks/{task.Id}", Wire.Of(task));

    private async Task<ExecutionResponse> EndAsync(AgentTask started, CancellationToken cancellationToken)
    {
        var task = await control.WaitAsync(started.Id, cancellationToken) ?? started;
        var runs = await book.RunsAsync(task.Id, cancellationToken);
        var messages = await inbox.OfTaskAsync(task.Id, cancellationToken);
        return new ExecutionResponse
        {
            AgentId = task.AgentId,
            Status = Wire.Of(task).Status,
            Result = task.Result is null ? null : JsonElement.Parse(task.Result),
            Error = task.Error,
            StartedAt = task.StartedAt,
            CompletedAt = task.CompletedAt,
            TaskId = task.Id,
            Run = runs.Count > 0 ? Wire.Of(runs[^1]) : null,
            Messages = [.. messages.Select(Wire.Of)],
        };
    }

    /// <summary>The task of an answer that says yes.</summary>
    /// <exception cref="ProblemException">It says no, and why.</exception>
    public static AgentTask Accepted(TaskAnswer answer)
    {
        switch (answer)
        {
            case TaskAnswer.Accepted accepted:
                return accepted.Task;
            case TaskAnswer.NotFound missing:
                throw new ProblemException(StatusCodes.Status404NotFound, missing.Reason);
            case TaskAnswer.Refused refused:
                throw new ProblemException(StatusCodes.Status409Conflict, refused.Reason);
            case TaskAnswer.Unaccepted(var risks):
                throw RiskProblem.Of(risks);
            case TaskAnswer.BadConfig bad:
                throw ConfigOf.Invalid(bad.Problems);
            default:
                throw new System.Diagnostics.UnreachableException($"An answer of a kind unknown here: {answer}.");
        }
    }
}
