using System.Net.Sockets;

namespace Project38.Core.Tools.Http;

/// <summary>When one call's request is sent again: after a failure that passes, twice at most, and never when it could do harm.</summary>
internal sealed class WebRetries(WebRequest request, TimeProvider time)
{
    private const int Most = 2;

    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(250);

    private readonly long _started = time.GetTimestamp();
    private int _made;

    /// <summary>How long to wait before it is sent again.</summary>
    /// <param name="method">Of this request; a redirect may have changed it.</param>
    /// <param name="response">What was answered.</param>
    /// <returns>Null: the answer stands.</returns>
    public TimeSpan? After(string method, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (429 or 502 or 503 or 504))
        {
            return null;
        }

        var asked = response.Headers.RetryAfter;
        return Wait(method, asked?.Delta ?? (asked?.Date - time.GetUtcNow()));
    }

    /// <summary>How long to wait before it is sent again.</summary>
    /// <param name="method">Of this request.</param>
    /// <param name="fault">Why there was no answer.</param>
    /// <returns>Null: it does not help, and the fault stands.</returns>
    public TimeSpan? After(string method, HttpRequestException fault) =>
        IsPassing(fault) ? Wait(method, asked: null) : null;

    private TimeSpan? Wait(string method, TimeSpan? asked)
    {
        if (request.Agent is null || method is not ("GET" or "HEAD") || _made >= Most)
        {
            return null;
        }

        // So that all who were turned away together do not come back together.
        var wait = s_first * Math.Pow(2, _made) * (0.5 + Random.Shared.NextDouble());
        wait += asked > TimeSpan.Zero ? asked.Value : TimeSpan.Zero;

        // What would come too late is not waited for.
        if (wait >= request.Timeout - time.GetElapsedTime(_started))
        {
            return null;
        }

        _made++;
        return wait;
    }

    private static bool IsPassing(HttpRequestException fault)
    {
        for (Exception? inner = fault; inner is not null; inner = inner.InnerException)
        {
            if (inner is ToolRefusedException)
            {
                return false;
            }

            if (inner is SocketException socket)
            {
                return socket.SocketErrorCode is not (SocketError.HostNotFound or SocketError.NoData);
            }
        }

        return fault.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded;
    }
}
