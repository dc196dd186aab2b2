using Project38.Contracts;
using Project38.Core.Harness.Events;
using Project38.Core.Harness.Queue;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>What happens, as it happens: on the platform, and in one task.</summary>
internal static class EventsApi
{
    /// <summary>Maps <c>/api/events</c> and <c>/api/tasks/{id}/events</c>.</summary>
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var after = new QueryParameter("after", "string", "As `Last-Event-ID`, for who cannot set headers.");
        routes
            .MapGet("/api/events", FollowAsync)
            .Says(
                "followEvents",
                "What happens, as it happens",
                new RouteFacts
                {
                    Query =
                    [
                        QueryParameter.AgentId,
                        new QueryParameter("kind", "string", "Only events of this kind."),
                        after,
                    ],
                    Streams = true,
                }
            );
        routes
            .MapGet("/api/tasks/{id:long}/events", FollowTaskAsync)
            .Says(
                "followTask",
                "What a task prints and does, as it happens, to its end",
                new RouteFacts { Query = [after], Streams = true }
            );
    }

    private static async Task FollowAsync(
        HttpContext context,
        EventHub hub,
        EventStreams streams,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(context.Request);
        var filter = new EventFilter(AgentId: query.Id("agent_id"), Kind: query.OneOf("kind", EventKinds.All));
        query.ThrowIfWrong();

        var after = EventStreams.LastSeen(context.Request) is { } id
            ? EventPosition.Parse(id) ?? EventPosition.Nowhere
            : null;
        using var follower = await hub.FollowAsync(filter, cancellationToken);
        await streams.WriteAsync(
            context,
            end =>
                follower
                    .ReadAsync(after, end)
                    .Select(one => StreamEvent.Of(one.Kind, $"{one.Position}", Of(one), WireJson.Types.EventResponse)),
            () => $"{follower.Position}",
            follower.Left
        );
    }

    private static async Task FollowTaskAsync(
        long id,
        HttpContext context,
        TaskBook book,
        TaskFeed feed,
        EventStreams streams,
        CancellationToken cancellationToken
    )
    {
        var task = await book.FindAsync(id, cancellationToken) ?? throw TasksApi.NoSuchTask(id);
        var seen = EventStreams.LastSeen(context.Request) is { } last ? TaskPosition.Parse(last) : null;
        if (seen is { End: true } && task.Status.IsFinished)
        {
            // What tells a browser that it need not come back.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        await streams.WriteAsync(
            context,
            end => feed.FollowAsync(id, seen ?? TaskPosition.Start, end).Select(Event),
            position: null,
            cancellationToken
        );
    }

    private static EventResponse Of(PlatformEvent one) =>
        new()
        {
            Kind = one.Kind,
            AgentId = one.AgentId,
            TaskId = one.TaskId,
            MessageId = one.MessageId,
            Status = one.Kind == EventKinds.TaskEnded ? one.Detail : null,
            Action = one.Kind == EventKinds.AgentChanged ? one.Detail : null,
            At = one.Kind == EventKinds.Reset ? null : one.At,
        };

    private static StreamEvent Event(TaskNews news) =>
        news switch
        {
            TaskNews.Printed(var attempt, var offset, var text) => StreamEvent.Of(
                "log",
                $"{news.Position}",
                new LogEventResponse(attempt, offset, text),
                WireJson.Types.LogEventResponse
            ),
            TaskNews.Stepped(var attempt, var step) => StreamEvent.Of(
                "step",
                $"{news.Position}",
                new StepEventResponse(attempt, step.Number, step.Tool, step.Outcome, step.Seconds),
                WireJson.Types.StepEventResponse
            ),
            TaskNews.Ended(var task) => StreamEvent.Of(
                "end",
                $"{news.Position}",
                Wire.Of(task),
                WireJson.Types.TaskResponse
            ),
            _ => throw new System.Diagnostics.UnreachableException($"News of a kind unknown here: {news}."),
        };
}
