using System.Text.Json;
using Project38.Contracts;
using Project38.Core.Harness.Queue;
using Project38.Server.Http;

namespace Project38.Server.Api;

/// <summary>A run by hand: a task is made, and the answer waits for its end.</summary>
internal sealed class Execution(TaskControl control, TaskBook book, InboxReader inbox)
{
    /// <summary>Runs an agent. Whoever stops waiting does not stop the run.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="request">What its run gets.</param>
    /// <param name="who">Who starts it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ProblemException">There is no such agent, it may not run, or the config is wrong.</exception>
    public async Task<ExecutionResponse> RunAsync(
        long agentId,
        ExecuteAgentRequest request,
        string who,
        CancellationToken cancellationToken
    )
    {
        var start = new ManualStart(ConfigOf.Request(request.Config), request.Clock, request.DryRun ?? false);
        var started = Accepted(await control.StartAsync(agentId, start, who, cancellationToken));
        var task = await control.WaitAsync(started.Id, cancellationToken) ?? started;
        var runs = await book.RunsAsync(task.Id, cancellationToken);
        var messages = await inbox.OfTaskAsync(task.Id, cancellationToken);
        return new ExecutionResponse
        {
            AgentId = agentId,
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
            case TaskAnswer.BadConfig bad:
                throw ConfigOf.Invalid(bad.Problems);
            default:
                throw new System.Diagnostics.UnreachableException($"An answer of a kind unknown here: {answer}.");
        }
    }
}
