using Project38.Contracts;
using Project38.Core.Harness.Replays;
using Project38.Core.Storage;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Versions, executed over recorded runs without the world.</summary>
internal static class BacktestsApi
{
    private const int MostCalls = 20;
    private const int MostOfAResult = 4096;

    // No keys of requests, as for replays: it is to end when its client leaves.
    private static readonly RouteFacts Facts = new() { Unkept = true, Refuses = [StatusCodes.Status409Conflict] };

    /// <summary>Maps <c>/api/agents/{id}/backtest</c>.</summary>
    public static void MapBacktests(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/agents/{id:long}/backtest", RunAsync)
            .Produces<BacktestResponse>()
            .Says(
                "backtestAgent",
                "Executes a version over recorded runs; nothing is called, and nothing is kept",
                Facts
            );

    private static async Task<IResult> RunAsync(
        long id,
        Body<BacktestRequest> body,
        RunBacktests backtests,
        IHostApplicationLifetime lifetime,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            lifetime.ApplicationStopping
        );
        var (version, last) = (body.Value.Version, body.Value.Last ?? RunBacktests.UsualRuns);
        try
        {
            switch (await backtests.RunAsync(id, version, last, end.Token))
            {
                case BacktestAnswer.Done(var report):
                    return TypedResults.Ok(Of(id, report));
                case BacktestAnswer.NoVersion(var number):
                    throw VersionsApi.NoSuchVersion(id, number);
                case BacktestAnswer.Refused(var reason):
                    throw new ProblemException(StatusCodes.Status409Conflict, reason);
                case BacktestAnswer.Busy:
                    context.Response.Headers.RetryAfter = "5";
                    return Problem.Of(
                        StatusCodes.Status429TooManyRequests,
                        "A backtest is under way already. Wait for it to end."
                    );
                default:
                    throw AgentsApi.NoSuchAgent(id);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "This server is stopping. Nothing was changed.");
        }
    }

    private static BacktestResponse Of(long id, BacktestReport report)
    {
        return new BacktestResponse
        {
            AgentId = id,
            Version = report.Version,
            Same = Count(BacktestStatus.Same),
            Changed = Count(BacktestStatus.Changed),
            Diverged = Count(BacktestStatus.Diverged),
            Failed = Count(BacktestStatus.Failed),
            Appeared = report.Runs.Sum(run => run.Appeared.Count),
            Gone = report.Runs.Sum(run => run.Gone.Count),
            Skipped = report.Skipped,
            NotReached = report.NotReached,
            Runs = [.. report.Runs.Select(Of)],
        };

        int Count(BacktestStatus status) => report.Runs.Count(run => run.Status == status);
    }

    private static BacktestRunResponse Of(BacktestRun one)
    {
        var sameResult = one.Run.Output == one.Again.Output;
        return new BacktestRunResponse
        {
            RunId = one.Run.Id,
            RunNumber = one.Run.Number,
            StartedAt = one.Run.StartedAt,
            Status = one.Status.ToSnakeCase(),
            Detail = one.Divergence ?? (one.Status == BacktestStatus.Failed ? one.Again.Error : null),
            OldOutcome = one.Run.Outcome,
            NewOutcome = one.Again.Outcome,
            OldResult = sameResult ? null : Cut(one.Run.Output),
            NewResult = sameResult ? null : Cut(one.Again.Output),
            Appeared = one.Appeared.Count,
            Gone = one.Gone.Count,
            AppearedCalls = Of(one.Appeared),
            GoneCalls = Of(one.Gone),
        };
    }

    private static List<BacktestCallResponse> Of(IReadOnlyList<BacktestCall> calls) =>
        [
            .. calls
                .Take(MostCalls)
                .Select(call => new BacktestCallResponse
                {
                    Tool = call.Tool,
                    Arguments = call.Arguments,
                    Outcome = call.Outcome,
                }),
        ];

    private static string? Cut(string? result) => result is null ? null : StorableText.Cut(result, MostOfAResult);
}
