using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Server.Agents;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Creations and edits that go on behind a 202: where they stand, their progress as it happens, and their cancel.</summary>
internal static class GenerationsApi
{
    /// <summary>Maps <c>/api/generations</c>.</summary>
    public static void MapGenerations(this IEndpointRouteBuilder routes)
    {
        var generations = routes.MapGroup("/api/generations/{id}");
        generations.MapGet("", Get).Says("getGeneration", "Where a creation or an edit stands");
        generations
            .MapDelete("", CancelAsync)
            .Says("cancelGeneration", "Ends it, unless it is stored already; the answer says which");
        generations
            .MapGet("/events", FollowAsync)
            .Says("followGeneration", "Its progress, as it happens", new RouteFacts { Streams = true });
    }

    private static Ok<GenerationResponse> Get(string id, Generations generations) =>
        TypedResults.Ok(Find(generations, id).ToResponse());

    /// <summary>Ends it, unless an agent was stored already; the answer says which.</summary>
    private static async Task<Ok<GenerationResponse>> CancelAsync(
        string id,
        Generations generations,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await Find(generations, id).CancelAsync(cancellationToken));

    private static async Task FollowAsync(
        string id,
        Generations generations,
        HttpContext context,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken
    )
    {
        var generation = Find(generations, id);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            lifetime.ApplicationStopping
        );
        try
        {
            await SseFormatter.WriteAsync(
                EventsAsync(generation, end.Token),
                context.Response.Body,
                static (item, writer) => Encoding.UTF8.GetBytes(item.Data, writer),
                end.Token
            );
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client left, or the server stops: the stream ends here, and says so by ending.
            context.Abort();
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        Generation generation,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var told = 0;
        await foreach (var state in generation.FollowAsync(cancellationToken))
        {
            for (; told < state.Progress.Count; told++)
            {
                yield return Event("progress", state.Progress[told], WireJson.Types.ProgressResponse, told);
            }
            if (state.Agent is { } agent)
            {
                yield return Event("done", agent, WireJson.Types.CreatedAgentResponse, told);
            }
            if (state.Edit is { } edit)
            {
                yield return Event("done", edit, WireJson.Types.EditResponse, told);
            }
            if (state.Problem is { } problem)
            {
                yield return Event("failed", problem, WireJson.Types.ProblemResponse, told);
            }
        }
    }

    private static SseItem<string> Event<T>(string kind, T value, JsonTypeInfo<T> type, int number) =>
        new(JsonSerializer.Serialize(value, type), kind) { EventId = $"{number}" };

    private static Generation Find(Generations generations, string id) =>
        generations.Find(id)
        ?? throw new ProblemException(
            StatusCodes.Status404NotFound,
            "There is no such generation here, or it was too long ago. GET /api/agents lists the agents."
        );
}
