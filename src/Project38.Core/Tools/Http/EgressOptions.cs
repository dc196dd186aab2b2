using System.ComponentModel.DataAnnotations;

namespace Project38.Core.Tools.Http;

/// <summary>How far agents reach into the network.</summary>
public sealed class EgressOptions
{
    /// <summary>The environment variable that sets <see cref="AllowedPrivateHosts"/>.</summary>
    internal const string AllowedPrivateHostsVariable = "P38_ALLOWED_PRIVATE_HOSTS";

    /// <summary>
    /// Hosts that may be reached although their address is not public, each as <c>host:port</c>, for example
    /// <c>127.0.0.1:8080</c> or <c>nas.home:80</c>. An agent needs the grant besides. Default: none.
    /// </summary>
    public IList<string> AllowedPrivateHosts { get; set; } = [];

    /// <summary>Bytes of one answer's body, unpacked; and of one request's. Default: 10 MB.</summary>
    [Range(1024, 10 * 1024 * 1024)]
    public int BodyBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>The longest time one call may take, redirects and body included. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan MaxTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Redirects that one call follows. Default: 5.</summary>
    [Range(0, 20)]
    public int Redirects { get; set; } = 5;

    /// <summary>How long a connection is used again before the name is looked up anew. Zero: each is used once. Default: 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Turns a name into addresses; a test gives its own.</summary>
/// <exception cref="System.Net.Sockets.SocketException">There is no such name.</exception>
public delegate Task<System.Net.IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);

/// <summary>Connects to one of some addresses; a test gives its own, and sees them.</summary>
/// <exception cref="System.Net.Sockets.SocketException">Nobody answers at any.</exception>
internal delegate ValueTask<Stream> DialAddresses(
    System.Net.IPAddress[] addresses,
    int port,
    CancellationToken cancellationToken
);
