using System.Net;
using System.Net.Sockets;

namespace Project38.Client.Tests;

/// <summary>Hands bytes on to a server, and breaks its first connection once the server has answered there.</summary>
internal sealed class BreakingRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private int _connections;

    public BreakingRelay(Uri server)
    {
        _server = server;
        _listener.Start();
        Url = new Uri($"http://{_listener.LocalEndpoint}");
        _ = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>How many came.</summary>
    public int Connections => _connections;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync(CancellationToken.None);
                _ = RelayAsync(near, breaks: Interlocked.Increment(ref _connections) == 1);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(TcpClient near, bool breaks)
    {
        using var one = near;
        using var far = new TcpClient();
        await far.ConnectAsync(_server.Host, _server.Port, CancellationToken.None);
        var there = near.GetStream().CopyToAsync(far.GetStream(), CancellationToken.None);
        var buffer = new byte[65536];
        for (int read; (read = await far.GetStream().ReadAsync(buffer, CancellationToken.None)) > 0; )
        {
            // "100 Continue" comes before the server has seen what it is to do.
            if (breaks && !buffer.AsSpan(0, read).StartsWith("HTTP/1.1 100"u8))
            {
                return;
            }
            await near.GetStream().WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
        }
        await there;
    }
}
