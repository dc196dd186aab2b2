using Project38.Contracts;
using Project38.Core.Harness.Replays;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Runs by themselves: executed again, without the world.</summary>
internal static class RunsApi
{
    // No keys of requests: what is done for a key goes on when its client leaves, and this is to end then.
    private static readonly RouteFacts Facts = new()
    {
        Unkept = true,
        Refuses = [409],
        Long = true,
    };

    /// <summary>Maps <c>/api/runs</c>.</summary>
    public static void MapRuns(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/runs/{id:long}/replay", ReplayAsync)
            .Produces<ReplayResponse>()
            .Says("replayRun", "Executes a recorded run again; nothing is called, and nothing is kept", Facts);

    private static async Task<IResult> ReplayAsync(
        long id,
        Body<EmptyRequest> _,
        RunReplays replays,
        IHostApplicationLifetime lifetime,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            lifetime.ApplicationStopping
        );
        try
        {
            switch (await replays.ReplayAsync(id, end.Token))
            {
                case ReplayAnswer.Replayed(var report):
                    return TypedResults.Ok(Of(report));
                case ReplayAnswer.Refused(var reason):
                    throw new ProblemException(StatusCodes.Status409Conflict, reason);
                case ReplayAnswer.Busy:
                    context.Response.Headers.RetryAfter = "5";
                    return Problem.Of(
                        StatusCodes.Status429TooManyRequests,
                        $"{RunReplays.MostAtOnce} runs are executed again already, which is the most. Wait for one to end."
                    );
                default:
                    throw new ProblemException(
                        StatusCodes.Status404NotFound,
                        $"There is no run {id}. GET /api/tasks/{{id}}/logs lists those of a task."
                    );
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "This server is stopping. Nothing was changed.");
        }
    }

    private static ReplayResponse Of(ReplayReport report) =>
        new()
        {
            RunId = report.Run.Id,
            Same = report.Differences.Count == 0,
            Differences = report.Differences,
            Calls = report.Calls,
            Outcome = report.Again.Outcome,
            Error = report.Again.Error,
            Result = report.Again.Output,
            Log = report.Again.Log,
            WallSeconds = report.Again.WallSeconds,
        };
}
