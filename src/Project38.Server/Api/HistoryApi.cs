using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Factory.History;
using Project38.Core.Storage;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>How an agent's versions were made: all attempts, and what they cost.</summary>
internal static class HistoryApi
{
    /// <summary>Maps <c>/api/agents/{id}/history</c>.</summary>
    public static void MapHistory(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/agents/{id:long}/history", ListAsync)
            .Says("listMakings", "How its versions were made, newest first", new RouteFacts { Paged = true });

    private static async Task<Ok<IReadOnlyList<MakingResponse>>> ListAsync(
        long id,
        HttpContext context,
        MakingHistory history,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(context.Request);
        var paging = Paging.Of(query);
        query.ThrowIfWrong();

        var page =
            await history.ListAsync(id, paging.Limit, paging.Offset, cancellationToken)
            ?? throw AgentsApi.NoSuchAgent(id);
        paging.Describe(context, page.Total);
        return TypedResults.Ok<IReadOnlyList<MakingResponse>>([.. page.Makings.Select(Of)]);
    }

    private static MakingResponse Of(MakingRow making) =>
        new()
        {
            Id = making.Id,
            Kind = making.Kind.ToSnakeCase(),
            Version = making.Version,
            Asked = making.Asked,
            Proved = making.Proved,
            Stopped = making.Stopped,
            Iterations = making.Iterations,
            TokensUsed = making.Tokens,
            GenerationCost = making.Cost,
            CreatedBy = making.CreatedBy,
            CreatedAt = making.CreatedAt,
            Attempts = [.. making.Attempts.Select(Of)],
        };

    private static AttemptResponse Of(AttemptRow attempt) =>
        new()
        {
            Number = attempt.Number,
            Origin = attempt.Origin,
            Proved = attempt.Proved,
            Code = attempt.Code,
            Tests = attempt.Tests,
            Config = attempt.Config,
            Findings = [.. attempt.Findings.Select(Wire.Of)],
            TestsFound = attempt.TestsFound,
            TestsPassed = attempt.TestsPassed,
            Failures = [.. attempt.Failures.Select(one => new TestFailureResponse(one.Test, one.Outcome, one.Message))],
            Problems = attempt.Problems,
            Tokens = new TokensResponse(
                attempt.Usage.Input,
                attempt.Usage.Output,
                attempt.Usage.CacheWrite5m,
                attempt.Usage.CacheWrite1h,
                attempt.Usage.CacheRead
            ),
            Cost = attempt.Cost,
        };
}
