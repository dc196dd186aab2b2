using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;

namespace Project38.Core.Models;

/// <summary>The HTTP client of all providers: tries again what is worth it, after the delay that the server asks for.</summary>
/// <remarks>
/// The providers' libraries retry each in their own way, so they are told not to. Time limits are the caller's.
/// </remarks>
internal static class ModelHttp
{
    /// <summary>A client of its own connection pool, which the caller disposes.</summary>
    public static HttpClient Create(ModelOptions options, TimeProvider time)
    {
        var connections = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // Where a key goes is not for an answer to decide.
            AllowAutoRedirect = false,
        };
        if (options.MaxRetries == 0)
        {
            return new HttpClient(connections) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        }

        var retry = new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = options.MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromSeconds(1),
            MaxDelay = options.MaxRetryDelay,
            ShouldRetryAfterHeader = true,
            ShouldHandle = arguments => ValueTask.FromResult(IsWorthIt(arguments, options, time)),
        };
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(retry)
            .Build();
        return new HttpClient(new ResilienceHandler(pipeline) { InnerHandler = connections })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    private static bool IsWorthIt(
        RetryPredicateArguments<HttpResponseMessage> arguments,
        ModelOptions options,
        TimeProvider time
    )
    {
        if (arguments.Outcome.Exception is not null)
        {
            return arguments.Outcome.Exception is HttpRequestException;
        }

        var response = arguments.Outcome.Result!;
        return response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
            && DelayOf(response, time) <= options.MaxRetryDelay;
    }

    /// <summary>How long the server asks to wait; zero when it says nothing.</summary>
    private static TimeSpan DelayOf(HttpResponseMessage response, TimeProvider time) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delay } => delay,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
}
