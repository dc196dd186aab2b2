using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Project38.Contracts;
using Project38.Core.Storage;
using Project38.Sandbox;

namespace Project38.Server.Api;

/// <summary>What anybody may ask: what this is, and whether it works.</summary>
internal static class HealthApi
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Maps <c>/</c>, <c>/health</c> and their twins under <c>/api</c>.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").AllowAnonymous();
        open.MapGet("/", Root);
        open.MapGet("/api", Root);
        open.MapGet("/health", Health);
        open.MapGet("/api/health", Health);
    }

    private static Ok<RootResponse> Root() =>
        TypedResults.Ok(new RootResponse("Project38", ServerVersion.Version, "/openapi/v1.json", "/health"));

    private static async Task<Ok<HealthResponse>> Health(
        IDbContextFactory<ProductDb> databases,
        ISandbox sandbox,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var level = (await sandbox.ReportAsync(cancellationToken)).Level;
        var connected = await CanConnectAsync(databases, cancellationToken);
        return TypedResults.Ok(
            new HealthResponse
            {
                Status = connected && level >= SandboxLevel.NoCgroup ? "healthy" : "degraded",
                Timestamp = time.GetUtcNow(),
                Version = ServerVersion.Version,
                Database = connected ? "connected" : "disconnected",
                Build = ServerVersion.Build,
                Sandbox = SystemApi.LevelName(level),
            }
        );
    }

    private static async Task<bool> CanConnectAsync(
        IDbContextFactory<ProductDb> databases,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await using var db = await databases.CreateDbContextAsync(limit.Token);
            return await db.Database.CanConnectAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
