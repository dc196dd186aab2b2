using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Project38.Cli.Evaluation.Worlds;

/// <summary>A request as the loopback server read it.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Target">Path and query, as sent.</param>
/// <param name="Headers">By name, capitals ignored; of a name that comes twice the last.</param>
/// <param name="Body">The whole body.</param>
internal sealed record LoopbackRequest(
    string Method,
    string Target,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body
);

/// <summary>What it answers.</summary>
/// <param name="Status">200 to 599.</param>
/// <param name="Headers">In order; the length is added.</param>
/// <param name="Body">The whole body, sent as it is.</param>
internal sealed record LoopbackReply(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body);

/// <summary>A small HTTP/1.1 server on a free port of the loopback: one request for each connection.</summary>
/// <remarks>
/// Not <see cref="HttpListener"/>, which cannot be given a free port, writes headers of its own, and refuses headers that
/// a broken site may well send. And not Kestrel, which would make every verb carry the web framework.
/// </remarks>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private const int MostHead = 64 * 1024;
    private const int MostBody = 16 * 1024 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<LoopbackRequest, CancellationToken, Task<LoopbackReply?>> _answer;
    private readonly Task _accepting;

    /// <summary>Starts it.</summary>
    /// <param name="answer">Answers a request; null: the connection is dropped.</param>
    public LoopbackServer(Func<LoopbackRequest, CancellationToken, Task<LoopbackReply?>> answer)
    {
        _answer = answer;
        _listener.Start();
        Host = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    /// <summary>Address and port.</summary>
    public string Host { get; }

    /// <summary>For example <c>http://127.0.0.1:40123</c>.</summary>
    public string Url => $"http://{Host}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                open.RemoveAll(one => one.IsCompleted);
                open.Add(ServeAsync(socket));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        limit.CancelAfter(s_patience);
        try
        {
            await using var stream = new NetworkStream(socket);
            if (await ReadAsync(stream, limit.Token) is not { } request)
            {
                await WriteAsync(stream, "GET", new LoopbackReply(400, [], []), limit.Token);
                return;
            }
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            if (await _answer(request, limit.Token) is { } reply)
            {
                await WriteAsync(stream, request.Method, reply, limit.Token);
                socket.Shutdown(SocketShutdown.Send);
                return;
            }

            // Without a lingering end the peer sees a reset, as when a machine goes away.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // The peer left, or was too slow, or everything ends: there is nobody to tell.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
    }

    /// <summary>Null: it is no request of HTTP/1.1, or a larger one than is read here.</summary>
    private static async Task<LoopbackRequest?> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostHead];
        var (length, end) = (0, -1);
        while (end < 0)
        {
            var read = length < buffer.Length ? await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) : 0;
            if (read == 0)
            {
                return null;
            }
            length += read;
            end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }

        var lines = Encoding.Latin1.GetString(buffer, 0, end).Split("\r\n");
        var start = lines[0].Split(' ');
        if (start.Length != 3 || !start[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            return null;
        }
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in lines.Skip(1).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2))
        {
            headers[pair[0]] = pair[1].Trim();
        }
        if (BodyLength(headers) is not { } bodyLength)
        {
            return null;
        }
        if (headers.TryGetValue("Expect", out var expect) && expect.StartsWith("100", StringComparison.Ordinal))
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken);
        }
        var body = new byte[bodyLength];
        var there = Math.Min(length - end - 4, bodyLength);
        buffer.AsSpan(end + 4, there).CopyTo(body);
        await stream.ReadExactlyAsync(body.AsMemory(there), cancellationToken);
        return new LoopbackRequest(start[0].ToUpperInvariant(), Target(start[1]), headers, body);
    }

    private static int? BodyLength(Dictionary<string, string> headers) =>
        headers.ContainsKey("Transfer-Encoding") ? null
        : !headers.TryGetValue("Content-Length", out var text) ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= MostBody
            ? length
        : null;

    private static string Target(string sent) =>
        Uri.TryCreate(sent, UriKind.Absolute, out var whole) && !sent.StartsWith('/') ? whole.PathAndQuery : sent;

    private static async Task WriteAsync(
        NetworkStream stream,
        string method,
        LoopbackReply reply,
        CancellationToken cancellationToken
    )
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} {Reason(reply.Status)}\r\n");
        foreach (var (name, value) in reply.Headers.Select(one => (one.Key, one.Value)))
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value.ReplaceLineEndings(" ")}\r\n");
        }
        var bare = reply.Status is 204 or 304;
        if (!bare)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.Body.Length}\r\n");
        }
        head.Append("Connection: close\r\n\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head.ToString()), cancellationToken);
        if (method != "HEAD" && !bare)
        {
            await stream.WriteAsync(reply.Body, cancellationToken);
        }
    }

    private static string Reason(int status) =>
        Enum.IsDefined((HttpStatusCode)status) ? ((HttpStatusCode)status).ToString() : "Status";
}
