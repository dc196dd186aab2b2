using Scalar.AspNetCore;

namespace Project38.Server.Http.OpenApi;

/// <summary>The page that shows the API's document.</summary>
internal static class ApiPage
{
    /// <summary>Where it is served.</summary>
    public const string Path = "/docs";

    // What the page of somebody else's making asks for, it asks here or not at all.
    private const string OnlyHere =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <summary>Maps the page and what it is made of.</summary>
    public static void MapApiPage(this IEndpointRouteBuilder routes) =>
        routes
            .MapScalarApiReference(
                Path,
                page =>
                    page.WithTitle("Project38 API")
                        .WithOpenApiRoutePattern(ApiDocument.Path)
                        .DisableDefaultFonts()
                        .DisableTelemetry()
                        .DisableAgent()
                        .DisableMcp()
                        .HideDeveloperTools()
                        .HideClientButton()
            )
            .AddEndpointFilter(
                (context, next) =>
                {
                    context.HttpContext.Response.Headers.ContentSecurityPolicy = OnlyHere;
                    return next(context);
                }
            )
            .AllowAnonymous();
}
