using Project38.Server.Http;
using Project38.Server.Lifetime;

namespace Project38.Server.Api;

/// <summary>The server itself: what it is, and who uses it now.</summary>
internal static class SystemApi
{
    /// <summary>Maps <c>/api/system</c>.</summary>
    public static void MapSystem(this IEndpointRouteBuilder routes)
    {
        var system = routes.MapGroup("/api/system");
        system.MapGet("/attach", Attach);
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
