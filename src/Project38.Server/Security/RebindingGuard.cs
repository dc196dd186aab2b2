using System.Net;
using Project38.Server.Http;

namespace Project38.Server.Security;

/// <summary>
/// Refuses requests that a web page makes a browser send: by a name that only points here (DNS rebinding), or from
/// another origin. A token in the browser's hands must not be all that stands between a page and this server.
/// </summary>
internal sealed class RebindingGuard(ServerOptions options) : IMiddleware
{
    /// <inheritdoc/>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsOurName(context.Request.Host.Host))
        {
            await Problem
                .Of(
                    StatusCodes.Status421MisdirectedRequest,
                    $"This server is not called '{Printable(context.Request.Host.Host)}'. Name it in P38_ALLOWED_HOSTS."
                )
                .ExecuteAsync(context);
            return;
        }

        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && !IsOurOrigin(origin, context.Request))
        {
            await Problem
                .Of(StatusCodes.Status403Forbidden, "Requests from pages of another origin are refused.")
                .ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    private static bool IsOurOrigin(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme == request.Scheme
        && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private bool IsOurName(string host)
    {
        // An address cannot be rebound; a name can.
        if (
            IPAddress.TryParse(host.Trim('[', ']'), out _)
            || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        )
        {
            return true;
        }

        return options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
    }

    private static string Printable(string text) =>
        new([.. text.Take(100).Where(character => !char.IsControl(character))]);
}
