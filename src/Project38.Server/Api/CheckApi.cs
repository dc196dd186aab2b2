using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Execution.Pythons;
using Project38.Core.Factory;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Checks of a program that is not kept.</summary>
internal static class CheckApi
{
    /// <summary>Maps <c>/api/check</c>.</summary>
    public static void MapCheck(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/check", CheckAsync).Says("checkProgram", "What is wrong with a program; nothing is kept");

    private static async Task<Ok<CheckResponse>> CheckAsync(
        Body<CheckRequest> body,
        AgentFactory factory,
        PythonImages images,
        CancellationToken cancellationToken
    )
    {
        var request = body.Value;
        if (request.Python is { } python && images.Find(python) is null)
        {
            var errors = new FieldErrors();
            errors.Add("python", $"is '{python}'. {images.Missing(python)}");
            throw errors.ToException();
        }

        var report = await factory.CheckAsync(
            request.Code!,
            request.Tests,
            request.Python,
            strict: true,
            cancellationToken
        );
        return TypedResults.Ok(
            new CheckResponse(
                report.Passed,
                [.. report.Findings.Select(Wire.Of)],
                ManifestWords.Describe(report.Manifest)
            )
        );
    }
}
