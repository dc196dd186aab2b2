using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Server.Agents;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Changes of an agent in words: a new version, proved before anything changes.</summary>
internal static class EditApi
{
    /// <summary>Maps <c>/api/agents/{id}/edit</c>.</summary>
    public static void MapEdit(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/agents/{id:long}/edit", EditAsync)
            .Produces<EditResponse>(StatusCodes.Status201Created)
            .Produces<GenerationResponse>(StatusCodes.Status202Accepted)
            .Says("editAgent", "A wish becomes a proved new version", new RouteFacts { Tagged = true, Long = true });

    private static async Task<IResult> EditAsync(
        long id,
        Body<EditAgentRequest> body,
        AgentRegister agents,
        AgentEditor editor,
        Generations generations,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var current = await agents.ReadAsync(id, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id);
        return await MadeAnswer.OfAsync(
            editor.OfWish(current, body.Value),
            "The edit was cancelled, and nothing was changed",
            generations,
            context,
            cancellationToken
        );
    }
}
