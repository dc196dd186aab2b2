using System.Runtime.CompilerServices;
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

    private static Task FollowAsync(
        string id,
        Generations generations,
        HttpContext context,
        EventStreams streams,
        CancellationToken cancellationToken
    )
    {
        var generation = Find(generations, id);
        return streams.WriteAsync(context, end => EventsAsync(generation, end), position: null, cancellationToken);
    }

    private static async IAsyncEnumerable<StreamEvent> EventsAsync(
        Generation generation,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var told = 0;
        await foreach (var state in generation.FollowAsync(cancellationToken))
        {
            for (; told < state.Progress.Count; told++)
            {
                yield return StreamEvent.Of(
                    "progress",
                    $"{told}",
                    state.Progress[told],
                    WireJson.Types.ProgressResponse
                );
            }
            if (state.Agent is { } agent)
            {
                yield return StreamEvent.Of("done", $"{told}", agent, WireJson.Types.CreatedAgentResponse);
            }
            if (state.Edit is { } edit)
            {
                yield return StreamEvent.Of("done", $"{told}", edit, WireJson.Types.EditResponse);
            }
            if (state.Problem is { } problem)
            {
                yield return StreamEvent.Of("failed", $"{told}", problem, WireJson.Types.ProblemResponse);
            }
        }
    }

    private static Generation Find(Generations generations, string id) =>
        generations.Find(id)
        ?? throw new ProblemException(
            StatusCodes.Status404NotFound,
            "There is no such generation here, or it was too long ago. GET /api/agents lists the agents."
        );
}
