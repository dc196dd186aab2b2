using Project38.Contracts;
using Project38.Server.Agents;
using Project38.Server.Http;

namespace Project38.Server.Api;

/// <summary>How a request that makes something is answered.</summary>
internal static class MadeAnswer
{
    /// <summary>When it is made; or with a 202 at once when the client prefers that (RFC 7240).</summary>
    /// <param name="make">What makes it.</param>
    /// <param name="cancelled">What to say to whoever cancels it in time, without a full stop.</param>
    /// <param name="generations">Those behind a 202.</param>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public static async Task<IResult> OfAsync(
        MakeAgent make,
        string cancelled,
        Generations generations,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (Preference.ForAsync(context))
        {
            var generation = generations.Start(make, cancelled);
            return TypedResults.Accepted($"/api/generations/{generation.Id}", generation.ToResponse());
        }

        return await make(_ => { }, cancellationToken) switch
        {
            { Agent: { } agent } => Created($"/api/agents/{agent.Id}", agent, agent, context),
            { Edit: { } edit } => Created(
                $"/api/agents/{edit.Agent.Id}/versions/{edit.Version.Number}",
                edit,
                edit.Agent,
                context
            ),
            _ => throw new System.Diagnostics.UnreachableException("Nothing was made, and nothing said why."),
        };
    }

    private static IResult Created<T>(string location, T made, AgentResponse agent, HttpContext context)
    {
        context.Response.Headers.ETag = AgentTag.Of(agent.UpdatedAt);
        return TypedResults.Created(location, made);
    }
}
