using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Project38.Contracts;
using Project38.Core.Secrets;

namespace Project38.Server.Http;

/// <summary>Errors as the wire has them: RFC 9457 problem details with a <c>detail</c> that says what to do.</summary>
internal static class Problem
{
    /// <summary>What to do about a body that is not called JSON.</summary>
    public const string NotJson = "Send JSON, with the header 'Content-Type: application/json'.";

    /// <summary>A problem of a status.</summary>
    public static ProblemResult Of(int status, string detail) => new(Body(status, detail));

    /// <summary>A 503 that waiting does not mend: somebody has to, so no time to come again is given.</summary>
    public static ProblemResult NotHere(string detail) =>
        new(Body(StatusCodes.Status503ServiceUnavailable, detail), passes: false);

    /// <summary>The body of a problem.</summary>
    public static ProblemResponse Body(int status, string detail) =>
        new()
        {
            Type = TypeOf(status),
            Title = ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Detail = detail,
        };

    /// <summary>A problem as JSON, without secrets: what a request or a program said may come back in any part of it.</summary>
    public static string Text(ProblemResponse problem, KnownSecrets known) =>
        known.Redact(JsonSerializer.Serialize(problem, WireJson.Types.ProblemResponse));

    private static string TypeOf(int status) =>
        "urn:p38:"
        + status switch
        {
            400 => "bad-request",
            401 => "unauthorized",
            403 => "forbidden",
            404 => "not-found",
            405 => "method-not-allowed",
            408 => "too-slow",
            409 => "conflict",
            412 => "changed-since",
            413 => "too-large",
            415 => "unsupported-media-type",
            421 => "misdirected",
            422 => "invalid",
            429 => "too-many",
            503 => "unavailable",
            507 => "storage-full",
            _ => status >= 500 ? "failure" : "refused",
        };
}

/// <summary>A problem as a result.</summary>
internal sealed class ProblemResult(ProblemResponse problem, bool passes = true)
    : IResult,
        IStatusCodeHttpResult,
        IValueHttpResult
{
    /// <summary>What the client gets.</summary>
    public ProblemResponse Problem => problem;

    /// <inheritdoc/>
    public int? StatusCode => problem.Status;

    /// <inheritdoc/>
    public object Value => problem;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var known = httpContext.RequestServices.GetRequiredService<KnownSecrets>();
        httpContext.Response.StatusCode = problem.Status;
        if (passes && problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = "1";
        }
        httpContext.Response.ContentType = "application/problem+json";

        return httpContext.Response.WriteAsync(Http.Problem.Text(problem, known), httpContext.RequestAborted);
    }
}

/// <summary>A request that a door refuses. Its text was made for the client.</summary>
internal sealed class ProblemException(ProblemResponse problem) : Exception(problem.Detail)
{
    /// <summary>A problem of a status.</summary>
    public ProblemException(int status, string detail)
        : this(Http.Problem.Body(status, detail)) { }

    /// <summary>What the client gets.</summary>
    public ProblemResponse Problem { get; } = problem;
}
