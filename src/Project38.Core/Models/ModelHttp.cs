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
    private const long MaxAnswerBytes = 32L * 1024 * 1024;

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
        var bound = new AnswerBound(MaxAnswerBytes) { InnerHandler = connections };
        return new HttpClient(options.MaxRetries == 0 ? bound : Retrying(options, time, bound))
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Whether there was no connection at all: nothing was sent, so nothing was done or charged.</summary>
    public static bool NeverArrived(HttpRequestException exception) =>
        exception.HttpRequestError
            is HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError;

    private static ResilienceHandler Retrying(ModelOptions options, TimeProvider time, HttpMessageHandler inner)
    {
        var retry = new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = options.MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromSeconds(1),
            MaxDelay = options.MaxRetryDelay,
            DelayGenerator = async arguments =>
                arguments.Outcome.Result is { } response
                    ? await ServerDelay.OfAsync(response, time, arguments.Context.CancellationToken)
                    : null,
            ShouldHandle = arguments => IsWorthItAsync(arguments, options, time),
        };
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(retry)
            .Build();
        return new ResilienceHandler(pipeline) { InnerHandler = inner };
    }

    // Never after a connection that broke: the first go may have been done and charged, and only one was reserved.
    private static async ValueTask<bool> IsWorthItAsync(
        RetryPredicateArguments<HttpResponseMessage> arguments,
        ModelOptions options,
        TimeProvider time
    )
    {
        if (arguments.Outcome.Exception is { } exception)
        {
            return exception is HttpRequestException http && NeverArrived(http);
        }

        var response = arguments.Outcome.Result!;
        return response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
            && (await ServerDelay.OfAsync(response, time, arguments.Context.CancellationToken) ?? TimeSpan.Zero)
                <= options.MaxRetryDelay;
    }
}
