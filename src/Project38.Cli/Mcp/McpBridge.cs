using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Mcp;

/// <summary>
/// MCP over standard streams for a server that speaks it over HTTP: each line of the input is one message of JSON-RPC and becomes
/// one request; what is answered to it comes out as lines.
/// </summary>
/// <param name="find">Where the server is, given where it is not any more.</param>
/// <param name="output">Where lines go.</param>
internal sealed class McpBridge(Func<ServerAddress?, CancellationToken, Task<ServerAddress>> find, TextWriter output)
    : IDisposable
{
    /// <summary>As in the specification of JSON-RPC: what no other code says.</summary>
    private const int InternalError = -32603;

    private const int ParseError = -32700;

    // No time limit: an agent's making and its runs take what they take, and the client ends what it does not want.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _open = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _finding = new(1, 1);
    private volatile string? _version;

    /// <summary>Carries messages until the input ends and each has its answer.</summary>
    public async Task RunAsync(TextReader input, CancellationToken cancellationToken)
    {
        List<Task> carried = [];
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Trim().Length == 0)
            {
                continue;
            }
            if (McpMessage.Read(line) is not { } message)
            {
                await WriteAsync(McpMessage.Error("null", ParseError, "The line is no message of JSON-RPC."));
                continue;
            }
            if (message.Cancels is { } id)
            {
                // The server serves each request by itself: the one that ends is the connection of its own.
                if (_open.TryRemove(id, out var cancelled))
                {
                    // Its own end does not dispose it any more.
                    await cancelled.CancelAsync();
                }
                continue;
            }

            carried.RemoveAll(one => one.IsCompleted);
            var task = CarryAsync(message, cancellationToken);
            carried.Add(task);
            if (message.Method == "initialize")
            {
                // What follows is told the version that is answered.
                await task;
            }
        }
        await Task.WhenAll(carried);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _writing.Dispose();
        _finding.Dispose();
    }

    private async Task CarryAsync(McpMessage message, CancellationToken cancellationToken)
    {
        var cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ending = message.Id is { } id ? KeyValuePair.Create(id, cancelled) : default;
        if (message.Id is not null && !_open.TryAdd(ending.Key, ending.Value))
        {
            cancelled.Dispose();
            await FailAsync(message, "A request with this id has no answer yet. Give each its own.");
            return;
        }
        try
        {
            using var answer = await SendAsync(message, cancelled.Token);
            if (!await PassOnAsync(message, answer, cancelled.Token))
            {
                await FailAsync(
                    message,
                    $"The server answered {(int)answer.StatusCode}, and gave no answer to the message. What was asked may be done all the same."
                );
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // Who cancelled wants no answer.
        }
#pragma warning disable CA1031 // Whatever it is: who asked waits for an answer, and the others for theirs.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await FailAsync(message, $"{exception.Message} What was asked may be done all the same.");
        }
        finally
        {
            if (message.Id is null || _open.TryRemove(ending))
            {
                cancelled.Dispose();
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(McpMessage message, CancellationToken cancellationToken)
    {
        var address = await FindAsync(gone: null, cancellationToken);
        try
        {
            return await SendAsync(message, address, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
        {
            // Nobody took it, so nobody did it.
            return await SendAsync(message, await FindAsync(address, cancellationToken), cancellationToken);
        }
    }

    private async Task<ServerAddress> FindAsync(ServerAddress? gone, CancellationToken cancellationToken)
    {
        await _finding.WaitAsync(cancellationToken);
        try
        {
            return await find(gone, cancellationToken);
        }
        finally
        {
            _finding.Release();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        McpMessage message,
        ServerAddress address,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address.Url, "/mcp"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", address.Token);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        foreach (var (name, value) in message.Headers(_version))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        request.Content = new StringContent(message.Text, MediaTypeHeaderValue.Parse("application/json"));
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <returns>False when there was no answer to what wants one.</returns>
    private async Task<bool> PassOnAsync(
        McpMessage message,
        HttpResponseMessage answer,
        CancellationToken cancellationToken
    )
    {
        var answered = message.Id is null;
        switch (answer.Content.Headers.ContentType?.MediaType)
        {
            case "text/event-stream":
                await using (var stream = await answer.Content.ReadAsStreamAsync(cancellationToken))
                {
                    await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
                    {
                        answered |= McpMessage.Read(item.Data) is { Method: null };
                        await WriteAsync(Noted(message, item.Data));
                    }
                }
                return answered;
            case "application/json" when answer.IsSuccessStatusCode:
                await WriteAsync(Noted(message, await answer.Content.ReadAsStringAsync(cancellationToken)));
                return true;
            case "application/problem+json":
                var text = await answer.Content.ReadAsStringAsync(cancellationToken);
                var problem = JsonSerializer.Deserialize(text, ContractsJson.Default.ProblemResponse)!;
                await FailAsync(message, problem.Detail);
                return true;
            default:
                return answered;
        }
    }

    private string Noted(McpMessage message, string answer)
    {
        if (message.Method == "initialize")
        {
            _version = McpMessage.VersionIn(answer) ?? _version;
        }
        return answer;
    }

    private async Task FailAsync(McpMessage message, string words)
    {
        // To what asks for no answer, none is given.
        if (message.Id is { } id)
        {
            await WriteAsync(McpMessage.Error(id, InternalError, words));
        }
    }

    private async Task WriteAsync(string message)
    {
        if (message.Length == 0)
        {
            return;
        }
        await _writing.WaitAsync();
        try
        {
            // One message a line; between its parts JSON takes a space for a line break.
            await output.WriteAsync(message.ReplaceLineEndings(" ") + "\n");
            await output.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }
}
