using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using Project38.Core.Tools.Http;

namespace Project38.Core.Tools.Browser;

/// <summary>
/// The one way from a browser to the web: HTTP, and <c>CONNECT</c> for all that is encrypted and for WebSockets. Each connection
/// is to a granted host, by an address that the egress policy has checked and dialled itself.
/// </summary>
/// <remarks>
/// It listens in the browser's own network, of which it is all there is. Who connects there is one run's browser, so nobody has to
/// say who he is. One request has one connection: what follows on it could be for another host.
/// </remarks>
internal sealed class FilteringProxy : IAsyncDisposable
{
    private const int MostRefusals = 100;
    private const int ChunkBytes = 32 * 1024;

    // What Chromium asks of its own makers, however it is told not to: refused as all else, and no page's doing.
    private static readonly string[] s_ofChromium =
    [
        "update.googleapis.com",
        "optimizationguide-pa.googleapis.com",
        "content-autofill.googleapis.com",
        "safebrowsing.googleapis.com",
        "safebrowsingohttpgateway.googleapis.com",
        "clientservices.googleapis.com",
        "clients2.google.com",
        "accounts.google.com",
        "android.clients.google.com",
        "edgedl.me.gvt1.com",
        "redirector.gvt1.com",
    ];

    private static readonly TimeSpan s_headTime = TimeSpan.FromSeconds(15);

    private readonly Socket _listener;
    private readonly EgressPolicy _policy;
    private readonly IReadOnlyList<string> _hosts;
    private readonly BrowserOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Lock _gate = new();
    private readonly List<string> _hostsRefused = [];
    private readonly Task _serving;
    private ProxyRefusal? _last;
    private int _refused;
    private long _bytes;

    /// <summary>Begins to serve.</summary>
    /// <param name="listener">Where the browser connects; owned from here on.</param>
    /// <param name="policy">Which addresses may be dialled.</param>
    /// <param name="hosts">Which hosts were granted.</param>
    /// <param name="options">How much.</param>
    /// <param name="time">How long.</param>
    public FilteringProxy(
        Socket listener,
        EgressPolicy policy,
        IReadOnlyList<string> hosts,
        BrowserOptions options,
        TimeProvider time
    )
    {
        (_listener, _policy, _hosts, _options, _time) = (listener, policy, hosts, options, time);
        _room = new SemaphoreSlim(options.Connections, options.Connections);
        _serving = ServeAsync();
    }

    /// <summary>The hosts that were refused since this was last asked, each once, in order.</summary>
    public IReadOnlyList<string> TakeRefused()
    {
        lock (_gate)
        {
            var hosts = _hostsRefused.ToList();
            _hostsRefused.Clear();
            return hosts;
        }
    }

    /// <summary>How often anything was refused so far, and the last of it.</summary>
    public (int Times, ProxyRefusal? Last) Refused
    {
        get
        {
            lock (_gate)
            {
                return (_refused, _last);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _serving;
        await Task.WhenAll(_connections.Keys);
        _room.Dispose();
        _over.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await _room.WaitAsync(_over.Token);
                var socket = await _listener.AcceptAsync(_over.Token);
                var connection = ConnectionAsync(socket);
                _connections[connection] = true;
                _ = connection.ContinueWith(
                    ended => _connections.TryRemove(ended, out _),
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                );
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The browser is gone, and its network with it.
        }
    }

    // Never throws: whatever goes wrong on a connection ends that connection.
    private async Task ConnectionAsync(Socket socket)
    {
        await Task.Yield();
        try
        {
            await using var browser = new NetworkStream(socket, ownsSocket: true);
            using var silence = new Silence(_options.Silence, _time, _over.Token);
            silence.Allow(s_headTime);
            if (await ProxyHead.ReadAsync(browser, [], silence.Token) is not { } head)
            {
                return;
            }

            silence.Allow(_options.MaxTimeout);
            await (
                head.FirstLine.Split(' ') switch
                {
                    ["CONNECT", var authority, _] => TunnelAsync(browser, head, authority, silence),
                    [var method, var target, _] => ForwardAsync(browser, head, method, target, silence),
                    _ => throw new InvalidDataException("No request of HTTP."),
                }
            );
        }
        catch (Exception fault)
            when (fault
                    is IOException
                        or InvalidDataException
                        or SocketException
                        or OperationCanceledException
                        or ObjectDisposedException
            )
        {
            // Either side has gone, or said what is no HTTP.
        }
        finally
        {
            _ = _room.Release();
        }
    }

    private async Task TunnelAsync(Stream browser, ProxyHead head, string authority, Silence silence)
    {
        // A browser asks for an unencrypted WebSocket like this, too.
        var scheme = authority.EndsWith(":80", StringComparison.Ordinal) ? "http" : "https";
        if (await DialAsync(browser, $"{scheme}://{authority}", silence.Token) is not { } server)
        {
            return;
        }

        await using (server)
        {
            await browser.WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray(), silence.Token);
            await server.WriteAsync(head.Rest, silence.Token);
            silence.Allow(_options.Silence);
            Task[] pumps = [PumpAsync(browser, server, silence), PumpAsync(server, browser, silence)];
            // A browser never closes one half alone.
            _ = await Task.WhenAny(pumps);
            silence.End();
            await Task.WhenAll(pumps);
        }
    }

    private async Task ForwardAsync(Stream browser, ProxyHead head, string method, string target, Silence silence)
    {
        if (head.Value("Transfer-Encoding") is not null)
        {
            throw new InvalidDataException("No browser sends a body of unknown length by HTTP/1.1.");
        }

        if (await DialAsync(browser, target, silence.Token) is not { } server)
        {
            return;
        }

        await using (server)
        {
            var uri = new Uri(target);
            await server.WriteAsync(head.Closing($"{method} {uri.PathAndQuery} HTTP/1.1"), silence.Token);
            var length = 0L;
            if (
                head.Value("Content-Length") is { } text
                && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length)
            )
            {
                throw new InvalidDataException("No browser sends a body of such a length.");
            }
            // Side by side: a server may answer before it has read everything.
            var sending = SendBodyAsync(browser, server, head.Rest, length, silence);
            await AnswerAsync(browser, server, silence);
            silence.End();
            await sending;
        }
    }

    private async Task AnswerAsync(Stream browser, Stream server, Silence silence)
    {
        byte[] rest = [];
        while (await ProxyHead.ReadAsync(server, rest, silence.Token) is { } head)
        {
            // 100 Continue and its like come before the answer.
            if (head.FirstLine.Split(' ') is [_, ['1', _, _], ..])
            {
                rest = head.Rest;
                continue;
            }

            Count(head.Rest.Length);
            await browser.WriteAsync(head.Closing(head.FirstLine), silence.Token);
            await browser.WriteAsync(head.Rest, silence.Token);
            silence.Allow(_options.Silence);
            await PumpAsync(server, browser, silence);
            return;
        }
    }

    private async Task SendBodyAsync(Stream browser, Stream server, byte[] already, long length, Silence silence)
    {
        try
        {
            var first = (int)Math.Min(already.Length, length);
            await server.WriteAsync(already.AsMemory(0, first), silence.Token);
            var chunk = new byte[ChunkBytes];
            for (var left = length - first; left > 0; )
            {
                var read = await browser.ReadAsync(chunk.AsMemory(0, (int)Math.Min(left, chunk.Length)), silence.Token);
                if (read == 0)
                {
                    return;
                }

                Count(read);
                silence.Heard();
                await server.WriteAsync(chunk.AsMemory(0, read), silence.Token);
                left -= read;
            }
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The answer says what came of it.
        }
    }

    private async Task PumpAsync(Stream from, Stream to, Silence silence)
    {
        try
        {
            var chunk = new byte[ChunkBytes];
            for (int read; (read = await from.ReadAsync(chunk, silence.Token)) > 0; )
            {
                Count(read);
                silence.Heard();
                await to.WriteAsync(chunk.AsMemory(0, read), silence.Token);
            }
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side learns of it by the end of its own connection.
        }
    }

    /// <summary>Checks where it leads and dials that; null: it was refused, and the browser told.</summary>
    private async Task<Stream?> DialAsync(Stream browser, string url, CancellationToken cancellationToken)
    {
        try
        {
            var uri = EgressPolicy.CheckUrl(url, _hosts);
            if (Interlocked.Read(ref _bytes) > _options.TrafficBytes)
            {
                throw new ToolRefusedException(
                    $"The pages of this run have loaded {_options.TrafficBytes / (1024 * 1024)} MB, which is the most."
                );
            }

            return await _policy.ConnectAsync(uri.IdnHost, uri.Port, cancellationToken);
        }
        catch (ToolException refusal)
        {
            Note(url, refusal);
            var status = refusal is ToolRefusedException ? "403 Forbidden" : "502 Bad Gateway";
            var answer = $"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            await browser.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), cancellationToken);
            return null;
        }
    }

    private void Note(string url, ToolException refusal)
    {
        var host = Uri.TryCreate(url, UriKind.Absolute, out var uri) ? EgressPolicy.HostKey(uri) : "";
        if (s_ofChromium.Contains(host))
        {
            return;
        }

        lock (_gate)
        {
            _refused++;
            _last = new ProxyRefusal(host, refusal);
            if (_hostsRefused.Count < MostRefusals && !_hostsRefused.Contains(host))
            {
                _hostsRefused.Add(host);
            }
        }
    }

    private void Count(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > _options.TrafficBytes)
        {
            throw new IOException("This run has loaded as much as it may.");
        }
    }

    /// <summary>Ends a connection on which nothing was heard for too long.</summary>
    private sealed class Silence(TimeSpan most, TimeProvider time, CancellationToken over) : IDisposable
    {
        private readonly CancellationTokenSource _late = new(Timeout.InfiniteTimeSpan, time);
        private CancellationTokenSource? _either;

        public CancellationToken Token =>
            (_either ??= CancellationTokenSource.CreateLinkedTokenSource(_late.Token, over)).Token;

        public void Allow(TimeSpan length) => _late.CancelAfter(length);

        public void End() => _late.Cancel();

        public void Heard() => _late.CancelAfter(most);

        public void Dispose()
        {
            _either?.Dispose();
            _late.Dispose();
        }
    }
}

/// <summary>A host that a page wanted, and did not get.</summary>
/// <param name="Host">As grants name it.</param>
/// <param name="Why">In words for the agent.</param>
internal sealed record ProxyRefusal(string Host, ToolException Why);
