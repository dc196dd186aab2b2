using System.Net;
using System.Net.Sockets;

namespace Project38.Core.Tests.Tools.Browser;

/// <summary>Something at a private address that nobody may come to, and counts who does.</summary>
internal sealed class PrivateTrap : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public PrivateTrap() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether anybody has connected, answered or not: the kernel keeps them waiting.</summary>
    public bool WasReached => _listener.Pending();

    public void Dispose() => _listener.Dispose();
}
