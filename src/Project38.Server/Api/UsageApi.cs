using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Usage so far: what models cost, what runs took, and what they called.</summary>
internal static class UsageApi
{
    private static readonly RouteFacts Facts = new()
    {
        Query =
        [
            new QueryParameter("timezone", "string", "IANA zone in which a day and a month begin.") { Default = "UTC" },
        ],
    };

    /// <summary>Maps <c>/api/usage</c> and <c>/api/agents/{id}/usage</c>.</summary>
    public static void MapUsage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/usage", GetAsync).Says("getUsage", "What models cost and runs took so far", Facts);
        routes
            .MapGet("/api/agents/{id:long}/usage", OfAgentAsync)
            .Says("getAgentUsage", "The same of one agent, its making included", Facts);
    }

    private static async Task<Ok<UsageResponse>> GetAsync(
        HttpContext context,
        UsageReader usage,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await usage.ReadAsync(agentId: null, ZoneOf(context), cancellationToken));

    private static async Task<Ok<UsageResponse>> OfAgentAsync(
        long id,
        HttpContext context,
        AgentRegister agents,
        UsageReader usage,
        CancellationToken cancellationToken
    )
    {
        var zone = ZoneOf(context);
        _ = await agents.ReadAsync(id, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id);
        return TypedResults.Ok(await usage.ReadAsync(id, zone, cancellationToken));
    }

    private static TimeZoneInfo ZoneOf(HttpContext context)
    {
        var query = new Query(context.Request);
        var zone = query.Zone("timezone");
        query.ThrowIfWrong();
        return zone;
    }
}
