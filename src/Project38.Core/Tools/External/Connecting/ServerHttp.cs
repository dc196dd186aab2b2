using ModelContextProtocol.Client;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Notifications.Sending;

namespace Project38.Core.Tools.External.Connecting;

/// <summary>The way to one tool server's one address: each connection checked, nothing followed, each answer bounded.</summary>
internal static class ServerHttp
{
    /// <summary>Its own HTTP client: what one server has connected, no other is given.</summary>
    public static HttpClientTransport Open(
        ToolServer server,
        EgressPolicy policy,
        ServerSecrets secrets,
        ExternalOptions options
    )
    {
        var url = new Uri(server.Url!);
        var sockets = CheckedSockets.Create(
            (host, port, cancellationToken) =>
                policy.ConnectAsync(
                    host,
                    port,
                    // Unencrypted only where nobody else's network lies between.
                    address =>
                        (url.Scheme == Uri.UriSchemeHttps && PublicAddress.IsPublic(address))
                        || (server.AllowPrivate && PublicAddress.IsOwn(address)),
                    server.AllowPrivate
                        ? "A tool server may be on the public internet by https, or at a private address of your own network."
                        : "If it is a server of your own network, register it with --allow-private.",
                    cancellationToken
                )
        );
        sockets.MaxConnectionsPerServer = 16;
        var guarded = new Guard(server, url, secrets, options) { InnerHandler = sockets };
        return new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Endpoint = url,
                TransportMode = HttpTransportMode.StreamableHttp,
                // A stream that is open as long as the run, for what nobody asked.
                EnableStandaloneGetStream = false,
                MaxReconnectionAttempts = 0,
                Name = server.Name,
            },
            new HttpClient(guarded) { Timeout = Timeout.InfiniteTimeSpan },
            loggerFactory: null,
            ownsHttpClient: true
        );
    }

    /// <summary>Puts the tokens in as a request leaves, and bounds what comes.</summary>
    private sealed class Guard(ToolServer server, Uri url, ServerSecrets secrets, ExternalOptions options)
        : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (request.RequestUri != url)
            {
                throw new ToolException($"The tool server {server.Name} has one address, and is not asked at another.");
            }

            foreach (var (name, value) in await secrets.OfAsync(server, cancellationToken))
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }

            var response = await base.SendAsync(request, cancellationToken);
            if ((int)response.StatusCode is >= 300 and < 400)
            {
                response.Dispose();
                throw new ToolException(
                    $"The tool server {server.Name} answered HTTP {(int)response.StatusCode}: it leads elsewhere, and that is not "
                        + "followed. Register the address it leads to."
                );
            }

            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var bounded = new StreamContent(new BoundedReadStream(body, options.MessageBytes));
            foreach (var (name, values) in response.Content.Headers)
            {
                bounded.Headers.TryAddWithoutValidation(name, values);
            }

            response.Content = bounded;
            return response;
        }
    }
}
