using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Versions of an agent: listed, read, compared, and made current.</summary>
internal static class VersionsApi
{
    /// <summary>Maps what stands below <c>/api/agents/{id}</c>.</summary>
    public static void MapVersions(this IEndpointRouteBuilder routes)
    {
        var agent = routes.MapGroup("/api/agents/{id:long}");
        agent
            .MapGet("/versions", ListAsync)
            .Says("listVersions", "Its versions, newest first", new RouteFacts { Paged = true });
        agent.MapGet("/versions/{number:int}", GetAsync).Says("getVersion", "One version, whole");
        agent
            .MapGet("/diff", DiffAsync)
            .Says(
                "diffVersions",
                "What differs between two versions",
                new RouteFacts
                {
                    Query =
                    [
                        new QueryParameter("from", "integer", "By default what `to` was made from.") { Minimum = 1 },
                        new QueryParameter("to", "integer", "By default the current one.") { Minimum = 1 },
                    ],
                    Refuses = [StatusCodes.Status409Conflict],
                }
            );
        var chosen = new RouteFacts { Tagged = true, Guarded = true };
        agent.MapPost("/rollback", RollbackAsync).Says("rollbackAgent", "Makes any proved version current", chosen);
        agent.MapPost("/activate", ActivateAsync).Says("activateAgent", "Makes a proposed version current", chosen);
    }

    /// <summary>The refusal of a version that is not there.</summary>
    public static ProblemException NoSuchVersion(long id, long number) =>
        new(
            StatusCodes.Status404NotFound,
            $"Agent {id} has no version {number}. GET /api/agents/{id}/versions lists those there are."
        );

    /// <summary>What differs between two versions, as the wire has it.</summary>
    public static DiffResponse Compare(long id, VersionView from, VersionView to)
    {
        var diff = VersionDiff.Of(from, to);
        return new DiffResponse
        {
            AgentId = id,
            From = from.Version.Number,
            To = to.Version.Number,
            Description = diff.Description,
            Code = diff.Code,
            Tests = diff.Tests,
            Manifest = diff.Manifest,
            Schedule = diff.Schedule,
            Config = diff.Config,
            GrantsAdded = diff.Gains,
            GrantsRemoved = diff.Loses,
        };
    }

    private static async Task<Ok<IReadOnlyList<VersionResponse>>> ListAsync(
        long id,
        HttpContext context,
        VersionRegister versions,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(context.Request);
        var paging = Paging.Of(query);
        query.ThrowIfWrong();

        var page =
            await versions.ListAsync(id, paging.Limit, paging.Offset, cancellationToken)
            ?? throw AgentsApi.NoSuchAgent(id);
        paging.Describe(context, page.Total);
        return TypedResults.Ok<IReadOnlyList<VersionResponse>>([.. page.Versions.Select(Wire.Of)]);
    }

    private static async Task<Ok<WholeVersionResponse>> GetAsync(
        long id,
        int number,
        AgentRegister agents,
        VersionRegister versions,
        CancellationToken cancellationToken
    )
    {
        _ = await agents.ReadAsync(id, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id);
        return TypedResults.Ok(Wire.Whole(await FindAsync(versions, id, number, cancellationToken)));
    }

    /// <summary>From <c>from</c> to <c>to</c>; by default to the current one, from the one that it was made from.</summary>
    private static async Task<Ok<DiffResponse>> DiffAsync(
        long id,
        HttpContext context,
        AgentRegister agents,
        VersionRegister versions,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(context.Request);
        var (from, to) = (query.Number("from"), query.Number("to"));
        query.ThrowIfWrong();

        var agent = await agents.ReadAsync(id, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id);
        var second = await FindAsync(versions, id, to ?? agent.Version?.Number ?? 1, cancellationToken);
        if ((from ?? second.Version.MadeFrom) is not { } first)
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict,
                $"Version {second.Version.Number} of agent {id} was made from no other, so there is nothing to compare it "
                    + "with. Name two versions, as in ?from=1&to=2."
            );
        }
        return TypedResults.Ok(Compare(id, await FindAsync(versions, id, first, cancellationToken), second));
    }

    private static async Task<Ok<AgentResponse>> RollbackAsync(
        long id,
        Body<ChooseVersionRequest> body,
        VersionRegister versions,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var editor = AgentTag.EditorOf(context) with { AcceptsRisks = body.Value.AcceptRisks ?? false };
        var change = await versions.RollbackAsync(id, body.Value.Version!.Value, editor, cancellationToken);
        return AgentsApi.Tagged(AgentsApi.Done(id, change), context);
    }

    private static async Task<Ok<AgentResponse>> ActivateAsync(
        long id,
        Body<ChooseVersionRequest> body,
        VersionRegister versions,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var editor = AgentTag.EditorOf(context) with { AcceptsRisks = body.Value.AcceptRisks ?? false };
        var change = await versions.ActivateAsync(id, body.Value.Version!.Value, editor, cancellationToken);
        return AgentsApi.Tagged(AgentsApi.Done(id, change), context);
    }

    private static async Task<VersionView> FindAsync(
        VersionRegister versions,
        long id,
        int number,
        CancellationToken cancellationToken
    ) => await versions.ReadAsync(id, number, cancellationToken) ?? throw NoSuchVersion(id, number);
}
