using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Harness.Nodes;
using Project38.Core.Harness.Workers;
using Project38.Core.Models;
using Project38.Core.Storage;
using Project38.Core.Tools.Browser;
using Project38.Sandbox;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;
using Project38.Server.Lifetime;

namespace Project38.Server.Api;

/// <summary>The server itself: what it is, and who uses it now.</summary>
internal static class SystemApi
{
    private const int NextFires = 10;
    private const int MostNodes = 100;

    /// <summary>Maps <c>/api/system</c>.</summary>
    public static void MapSystem(this IEndpointRouteBuilder routes)
    {
        var system = routes.MapGroup("/api/system");
        system.MapGet("", GetAsync).Says("getSystem", "The server: level, versions, what is next");
        system.MapGet("/attach", Attach).Says("attach", "Held open by who needs the server").ExcludeFromDescription();
    }

    private static async Task<Ok<SystemResponse>> GetAsync(
        ServerOptions options,
        ServerStart start,
        ISandbox sandbox,
        IOptions<WorkerOptions> workers,
        LanguageModel model,
        ModelKeys keys,
        IOptions<BrowserOptions> browser,
        IDbContextFactory<ProductDb> databases,
        CancellationToken cancellationToken
    )
    {
        var report = await sandbox.ReportAsync(cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var next = await db
            .Agents.AsNoTracking()
            .Where(agent => agent.NextFire != null && agent.DeletedAt == null)
            .OrderBy(agent => agent.NextFire)
            .Take(NextFires)
            .Select(agent => new NextFireResponse(agent.Id, agent.Name, agent.NextFire!.Value, agent.TimeZone))
            .ToListAsync(cancellationToken);
        var alive = await DatabaseClock.NowAsync(db, cancellationToken) - Node.Silence;
        var nodes = await db
            .Nodes.AsNoTracking()
            .Where(node => node.SeenAt >= alive)
            .OrderBy(node => node.StartedAt)
            .Take(MostNodes)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(
            new SystemResponse
            {
                Node = Environment.MachineName,
                Mode = options.Mode.ToSnakeCase(),
                Version = ServerVersion.Version,
                Runtime = RuntimeInformation.FrameworkDescription,
                StartedAt = start.At,
                Home = options.Home,
                Database = db.IsPostgres ? "PostgreSQL" : "SQLite",
                Scheduler = options.Roles.HasFlag(NodeRoles.Scheduler),
                Workers = options.Roles.HasFlag(NodeRoles.Worker) ? workers.Value.Slots : 0,
                Sandbox = new SandboxResponse(
                    Wire.Level(report.Level),
                    [.. report.Facts.Select(fact => new FactResponse(fact.Name, fact.Works, fact.Detail, fact.Advice))]
                ),
                Model = await ModelAsync(model, keys, cancellationToken),
                Browser = BrowserFact(browser.Value),
                Nodes = [.. nodes.Select(Of)],
                NextFires = next,
            }
        );
    }

    private static NodeResponse Of(Node node) =>
        new(node.Id, node.Roles, node.StartedAt, node.SeenAt, node.Version, Wire.Level(node.SandboxLevel));

    private static FactResponse BrowserFact(BrowserOptions browser) =>
        browser.WhyNot() is { } why
            ? new FactResponse("browser", true, "none: calls of tools.browser are refused here", why)
            : new FactResponse("browser", true, $"{browser.ChromiumPath}, {browser.AtOnce} at one time", null);

    private static async Task<FactResponse> ModelAsync(
        LanguageModel model,
        ModelKeys keys,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (!await model.IsConfiguredAsync(cancellationToken))
            {
                return new FactResponse("model", true, "none: agents come from blueprints alone", model.HowToConfigure);
            }

            var key = await keys.FindAsync(cancellationToken);
            var fallback = model.FallbackModel is { } other ? $", then {other}" : "";
            var found = key is null ? "which needs no key" : $"with the key of {key.Place}";
            return new FactResponse("model", true, $"{model.Model}{fallback}, {found}", null);
        }
        catch (ModelSetupException exception)
        {
            return new FactResponse("model", false, exception.Message, "Until then no agent is made of a sentence.");
        }
    }

    /// <summary>Held open by a verb as long as it needs the server; an embedded one stays that long.</summary>
    private static async Task<IResult> Attach(
        Attachments attachments,
        IHostApplicationLifetime lifetime,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        using var attachment = attachments.TryAttach();
        if (attachment is null)
        {
            return Problem.Of(
                StatusCodes.Status503ServiceUnavailable,
                "This embedded server is leaving. Start another."
            );
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            lifetime.ApplicationStopping
        );
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync("attached\n", cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
        var left = new TaskCompletionSource();
        await using (end.Token.Register(left.SetResult))
        {
            await left.Task;
        }
        return Results.Empty;
    }
}
