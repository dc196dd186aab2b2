using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Project38.Contracts;
using Project38.Core.Harness;
using Project38.Core.Harness.Scheduling;
using Project38.Core.Storage;
using Project38.Sandbox;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>What anybody may ask: what this is, whether it works, and whether it can take work.</summary>
internal static class HealthApi
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Maps <c>/</c>, <c>/health</c>, their twins under <c>/api</c>, and what a supervisor asks.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").AllowAnonymous();
        open.MapGet("/", Root).Says("getRoot", "What this is");
        open.MapGet("/api", Root).Says("getApiRoot", "What this is");
        open.MapGet("/health", Health).Says("getHealth", "Whether it can do its work");
        open.MapGet("/api/health", Health).Says("getApiHealth", "Whether it can do its work");
        open.MapGet("/health/live", Live).Says("isLive", "Whether the process answers");
        open.MapGet("/health/ready", Ready)
            .Says("isReady", "Whether it can take work", new RouteFacts { Refuses = [503] });
    }

    private static Ok<RootResponse> Root() =>
        TypedResults.Ok(new RootResponse("Project38", ServerVersion.Version, "/openapi/v1.json", "/health"));

    // The process answers: that is all. What a database or a sandbox lacks, a restart does not bring.
    private static Ok<StateResponse> Live() => TypedResults.Ok(new StateResponse("live"));

    private static async Task<Results<Ok<StateResponse>, ProblemResult>> Ready(
        IDbContextFactory<ProductDb> databases,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken
    )
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "This server is stopping.");
        }
        return await WithPatienceAsync(limit => CanConnectAsync(databases, limit), otherwise: false, cancellationToken)
            ? TypedResults.Ok(new StateResponse("ready"))
            : Problem.Of(StatusCodes.Status503ServiceUnavailable, "The database does not answer.");
    }

    private static async Task<Ok<HealthResponse>> Health(
        IDbContextFactory<ProductDb> databases,
        ScheduleWatch watch,
        ISandbox sandbox,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var level = (await sandbox.ReportAsync(cancellationToken)).Level;
        var database = await WithPatienceAsync(
            async limit => await CanConnectAsync(databases, limit) ? "connected" : "disconnected",
            otherwise: "disconnected",
            cancellationToken
        );
        var schedules = await WithPatienceAsync(
            async limit => await watch.FindAsync(limit) is null ? "kept" : "overdue",
            otherwise: "unknown",
            cancellationToken
        );
        return TypedResults.Ok(
            new HealthResponse
            {
                Status =
                    (database, schedules) is ("connected", "kept") && level >= SandboxLevel.NoCgroup
                        ? "healthy"
                        : "degraded",
                Timestamp = time.GetUtcNow(),
                Version = ServerVersion.Version,
                Database = database,
                Schedules = schedules,
                Build = ServerVersion.Build,
                Sandbox = Wire.Level(level),
            }
        );
    }

    private static async Task<bool> CanConnectAsync(
        IDbContextFactory<ProductDb> databases,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Database.CanConnectAsync(cancellationToken);
    }

    private static async Task<T> WithPatienceAsync<T>(
        Func<CancellationToken, Task<T>> look,
        T otherwise,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await look(limit.Token);
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested
                && (exception is OperationCanceledException || DutyLoop.IsDatabaseFailure(exception))
            )
        {
            return otherwise;
        }
    }
}
