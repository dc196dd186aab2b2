namespace Project38.Core.Tools.Http;

/// <summary>Connects to an address that was checked.</summary>
/// <param name="host">Its name, or an address.</param>
/// <param name="port">Its port.</param>
/// <param name="cancellationToken">Gives it up.</param>
internal delegate ValueTask<Stream> DialChecked(string host, int port, CancellationToken cancellationToken);

/// <summary>Connections for whoever is led to addresses by others: each dialled by its check, nothing followed, no header without end.</summary>
internal static class CheckedSockets
{
    /// <summary>A pool of its own, which the caller disposes.</summary>
    /// <param name="dial">Checks what it dials.</param>
    /// <param name="lifetime">How long a connection is used again. Default: 1 min.</param>
    public static SocketsHttpHandler Create(DialChecked dial, TimeSpan? lifetime = null) =>
        new()
        {
            // The environment's proxy would dial for us, past the check of addresses.
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            MaxResponseHeadersLength = 64,
            PooledConnectionLifetime = lifetime ?? TimeSpan.FromMinutes(1),
            ActivityHeadersPropagator = null,
            ConnectCallback = (context, cancellationToken) =>
                dial(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken),
        };
}
