using System.Globalization;
using System.Threading.RateLimiting;

namespace Project38.Server.Http;

/// <summary>How many requests a token may send: a bucket for each, and one for each address that brings none.</summary>
internal static class RequestRates
{
    /// <summary>Registers the limits.</summary>
    /// <param name="services">The server's.</param>
    /// <param name="perSecond">What flows in a second; a second's worth may come at once.</param>
    public static void AddRequestRates(this IServiceCollection services, int perSecond) =>
        services.AddRateLimiter(limits =>
        {
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                RateLimitPartition.GetTokenBucketLimiter(
                    context.User.Identity is { IsAuthenticated: true, Name: { } name }
                        ? $"token {name}"
                        : $"address {context.Connection.RemoteIpAddress}",
                    _ => Bucket(perSecond)
                )
            );
            limits.OnRejected = static async (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var given)
                    ? given
                    : TimeSpan.Zero;
                var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
                rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                await Problem
                    .Of(StatusCodes.Status429TooManyRequests, $"Too many requests. Try again in {seconds} s.")
                    .ExecuteAsync(rejected.HttpContext);
            };
        });

    private static TokenBucketRateLimiterOptions Bucket(int perSecond)
    {
        // In tenths, so that nobody waits a whole second for one request.
        var period = TimeSpan.FromMilliseconds(100);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = Math.Max(1, perSecond / 10),
            ReplenishmentPeriod = period,
            QueueLimit = 0,
        };
    }
}
