using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Project38.Core.Tools.Sessions;

/// <summary>
/// The wall before the MCP server: reads an agent's lines strictly and within limits, answers reserved requests itself
/// and in their order, and lets through only what the session offers.
/// </summary>
/// <remarks>
/// Nothing is queued for an agent that does not read its answers: while it does not, its messages are not read.
/// </remarks>
internal sealed class AgentTransport(
    Stream fromAgent,
    Stream toAgent,
    ReservedRequests reserved,
    ToolLimits limits,
    ILogger logger
) : ITransport
{
    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;
    private const int MethodNotFound = -32601;

    private static readonly JsonSerializerOptions Wire = new(McpJsonUtilities.DefaultOptions)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly BoundedLineReader _lines = new(fromAgent, limits.MessageBytes, limits.SessionBytes);
    private readonly Channel<JsonRpcMessage> _accepted = Channel.CreateBounded<JsonRpcMessage>(limits.InFlight);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly HashSet<RequestId> _inFlight = [];
    private int _badLines;
    private bool _initialized;
    private bool _over;

    /// <inheritdoc/>
    public string? SessionId => null;

    /// <inheritdoc/>
    public ChannelReader<JsonRpcMessage> MessageReader => _accepted.Reader;

    /// <summary>Reads until the agent's side closes or it breaks a limit.</summary>
    public async Task<ToolSessionEnd> ReadAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var count = 0; await _lines.ReadAsync(cancellationToken) is { } line; count++)
            {
                if (count >= limits.Messages)
                {
                    throw new SessionBrokenException($"it sent more than {limits.Messages} messages to its tools");
                }

                await ReceiveAsync(AgentMessage.Read(line.Span), cancellationToken);
            }

            return new ToolSessionEnd.Closed();
        }
        catch (SessionBrokenException broken)
        {
            return new ToolSessionEnd.Broken(broken.Message);
        }
        catch (IOException fault)
        {
            ToolSessionLog.AgentGone(logger, fault);
            return new ToolSessionEnd.Closed();
        }
        finally
        {
            _accepted.Writer.TryComplete();
        }
    }

    /// <summary>Sends what the server answers.</summary>
    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        try
        {
            await WriteAsync(message, cancellationToken);
        }
        finally
        {
            // Freed when written, not when answered: answers nobody reads must not pile up.
            if (message is JsonRpcResponse or JsonRpcError)
            {
                var id = ((JsonRpcMessageWithId)message).Id;
                lock (_gate)
                {
                    _ = _inFlight.Remove(id);
                }
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _accepted.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    private ValueTask ReceiveAsync(AgentMessage message, CancellationToken cancellationToken) =>
        message switch
        {
            AgentMessage.Request request when ReservedMethods.IsReserved(request.Method) => AnswerReservedAsync(
                request,
                cancellationToken
            ),
            AgentMessage.Request request => PassRequestAsync(request, cancellationToken),
            AgentMessage.Notification notification => PassNotificationAsync(notification, cancellationToken),
            AgentMessage.Bad bad => AnswerBadAsync(bad, cancellationToken),
            _ => ValueTask.CompletedTask,
        };

    private async ValueTask AnswerReservedAsync(AgentMessage.Request request, CancellationToken cancellationToken)
    {
        if (_over)
        {
            await RefuseAsync(request.Id, InvalidRequest, "The last message was already sent.", cancellationToken);
            return;
        }

        _over = ReservedMethods.IsLast(request.Method);
        await reserved(new ReservedMessage(request.Method, request.Parameters), cancellationToken);
        await WriteAsync(new JsonRpcResponse { Id = request.Id, Result = new JsonObject() }, cancellationToken);
    }

    private async ValueTask PassRequestAsync(AgentMessage.Request request, CancellationToken cancellationToken)
    {
        if (request.Method is not ("initialize" or "ping" or "tools/list" or "tools/call"))
        {
            await RefuseAsync(request.Id, MethodNotFound, $"There is no method '{request.Method}'.", cancellationToken);
        }
        else if (_over)
        {
            await RefuseAsync(request.Id, InvalidRequest, "The run has finished.", cancellationToken);
        }
        else if (Refusal(request.Id) is { } refusal)
        {
            await RefuseAsync(request.Id, InvalidRequest, refusal, cancellationToken);
        }
        else
        {
            var parameters = JsonObject.Create(request.Parameters);
            var message = new JsonRpcRequest
            {
                Id = request.Id,
                Method = request.Method,
                Params = parameters,
            };
            await _accepted.Writer.WriteAsync(message, cancellationToken);
        }
    }

    private string? Refusal(RequestId id)
    {
        lock (_gate)
        {
            if (_inFlight.Count >= limits.InFlight)
            {
                return $"At most {limits.InFlight} requests at a time.";
            }

            return _inFlight.Add(id) ? null : "A request with this id is not answered yet.";
        }
    }

    // One has a meaning here, once; a flood of the rest costs no memory. Cancelling has none: a call that was sent is
    // carried through, and the SDK would leave it unanswered, which frees no place.
    private async ValueTask PassNotificationAsync(
        AgentMessage.Notification notification,
        CancellationToken cancellationToken
    )
    {
        if (notification.Method != "notifications/initialized" || _initialized)
        {
            return;
        }

        _initialized = true;
        await _accepted.Writer.WriteAsync(new JsonRpcNotification { Method = notification.Method }, cancellationToken);
    }

    private async ValueTask AnswerBadAsync(AgentMessage.Bad bad, CancellationToken cancellationToken)
    {
        if (++_badLines > limits.BadLines)
        {
            throw new SessionBrokenException(
                $"it sent more than {limits.BadLines} lines that are no messages (the last: {bad.Why})"
            );
        }

        // The id is unknown: JSON-RPC answers with null, which the SDK's types cannot say.
        var line = JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = null,
                ["error"] = new JsonObject
                {
                    ["code"] = ParseError,
                    ["message"] = $"That line was no message: {bad.Why}.",
                },
            },
            Wire
        );
        await WriteLineAsync(line, cancellationToken);
    }

    private ValueTask RefuseAsync(RequestId id, int code, string message, CancellationToken cancellationToken)
    {
        var error = new JsonRpcError
        {
            Id = id,
            Error = new JsonRpcErrorDetail { Code = code, Message = message },
        };
        return WriteAsync(error, cancellationToken);
    }

    private ValueTask WriteAsync(JsonRpcMessage message, CancellationToken cancellationToken) =>
        WriteLineAsync(JsonSerializer.SerializeToUtf8Bytes(message, Wire), cancellationToken);

    private async ValueTask WriteLineAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await toAgent.WriteAsync(line, cancellationToken);
            await toAgent.WriteAsync("\n"u8.ToArray(), cancellationToken);
            await toAgent.FlushAsync(cancellationToken);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // It ended, or closed its input. What it still says is read all the same.
            ToolSessionLog.AgentGone(logger, gone);
        }
        finally
        {
            _ = _writing.Release();
        }
    }
}
