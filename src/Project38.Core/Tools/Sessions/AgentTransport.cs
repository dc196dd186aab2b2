using System.Buffers;
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
    // Smaller calls and answers are not counted: as many as may be in flight together are nothing.
    private const int SmallCall = 64 * 1024;

    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;
    private const int MethodNotFound = -32601;

    private static readonly JsonSerializerOptions Wire = new(McpJsonUtilities.DefaultOptions)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly ReadOnlyMemory<byte> s_lineEnd = "\n"u8.ToArray();
    private static readonly JsonWriterOptions s_lineWriting = new() { Encoder = Wire.Encoder, SkipValidation = true };

    private readonly BoundedLineReader _lines = new(fromAgent, limits.MessageBytes, limits.SessionBytes);
    private readonly Channel<JsonRpcMessage> _accepted = Channel.CreateBounded<JsonRpcMessage>(limits.InFlight);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<RequestId, InFlight> _inFlight = [];
    private readonly ByteGate _callMemory = new(limits.SessionMemoryBytes);
    private long _reservedBytes;
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

                await ReceiveAsync(AgentMessage.Read(line.Span), line.Length, cancellationToken);
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
        var answered = message is JsonRpcResponse or JsonRpcError ? Find(((JsonRpcMessageWithId)message).Id) : null;
        try
        {
            ReadOnlyMemory<byte> line =
                message is JsonRpcResponse { Result: JsonObject result } && answered?.Room?.Structured is { } structured
                    ? AnswerLine(answered.Id, result, structured.Span)
                    : JsonSerializer.SerializeToUtf8Bytes(message, Wire);
            answered?.Room?.Made();
            await WriteLineAsync(line, answered, cancellationToken);
        }
        finally
        {
            Free(answered);
        }
    }

    /// <summary>Has the memory of an answer freed when it is written, or never will be.</summary>
    public void FreeWhenAnswered(RequestId id, AnswerRoom room)
    {
        lock (_gate)
        {
            if (_inFlight.TryGetValue(id, out var call))
            {
                call.Room = room;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _accepted.Writer.TryComplete();
        InFlight[] left;
        lock (_gate)
        {
            left = [.. _inFlight.Values];
        }

        foreach (var call in left)
        {
            Free(call);
        }

        return ValueTask.CompletedTask;
    }

    private InFlight? Find(RequestId id)
    {
        lock (_gate)
        {
            return _inFlight.GetValueOrDefault(id);
        }
    }

    private void Free(InFlight? call)
    {
        lock (_gate)
        {
            // Its id may belong to another by now.
            if (call is null || !_inFlight.TryGetValue(call.Id, out var current) || current != call)
            {
                return;
            }

            _ = _inFlight.Remove(call.Id);
        }

        call.Room?.Dispose();
        if (call.Bytes > 0)
        {
            _callMemory.Leave(call.Bytes);
        }
    }

    private ValueTask ReceiveAsync(AgentMessage message, int bytes, CancellationToken cancellationToken) =>
        message switch
        {
            AgentMessage.Request request when ReservedMethods.IsReserved(request.Method) => AnswerReservedAsync(
                request,
                bytes,
                cancellationToken
            ),
            AgentMessage.Request request => PassRequestAsync(request, bytes, cancellationToken),
            AgentMessage.Notification notification => PassNotificationAsync(notification, cancellationToken),
            AgentMessage.Bad bad => AnswerBadAsync(bad, cancellationToken),
            _ => ValueTask.CompletedTask,
        };

    private async ValueTask AnswerReservedAsync(
        AgentMessage.Request request,
        int bytes,
        CancellationToken cancellationToken
    )
    {
        if (_over)
        {
            await RefuseAsync(request.Id, InvalidRequest, "The last message was already sent.", cancellationToken);
            return;
        }

        if ((_reservedBytes += bytes) > limits.ReservedBytes)
        {
            throw new SessionBrokenException($"it told more than {limits.ReservedBytes} bytes of itself");
        }

        _over = ReservedMethods.IsLast(request.Method);
        await reserved(new ReservedMessage(request.Method, request.Parameters), cancellationToken);
        await WriteAsync(new JsonRpcResponse { Id = request.Id, Result = new JsonObject() }, cancellationToken);
    }

    private async ValueTask PassRequestAsync(
        AgentMessage.Request request,
        int bytes,
        CancellationToken cancellationToken
    )
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
            if (bytes > SmallCall)
            {
                // Nothing more is read meanwhile, so what waits is this one alone.
                await _callMemory.EnterAsync(bytes, cancellationToken);
                Find(request.Id)?.Bytes = bytes;
            }

            // A request may have none.
            var parameters =
                request.Parameters.ValueKind == JsonValueKind.Undefined ? null : JsonObject.Create(request.Parameters);
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

            return _inFlight.TryAdd(id, new InFlight(id)) ? null : "A request with this id is not answered yet.";
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
        await WriteLineAsync(line, answered: null, cancellationToken);
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
        WriteLineAsync(JsonSerializer.SerializeToUtf8Bytes(message, Wire), answered: null, cancellationToken);

    // What a tool gave is JSON already: it is put where it belongs, and not read and written again.
    private static ReadOnlyMemory<byte> AnswerLine(RequestId id, JsonObject result, ReadOnlySpan<byte> structured)
    {
        var line = new ArrayBufferWriter<byte>(structured.Length + 512);
        using var writer = new Utf8JsonWriter(line, s_lineWriting);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WritePropertyName("id"u8);
        JsonSerializer.Serialize(writer, id, Wire);
        writer.WritePropertyName("result"u8);
        writer.WriteStartObject();
        foreach (var (name, part) in result)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, part, Wire);
        }

        writer.WritePropertyName("structuredContent"u8);
        writer.WriteRawValue(structured, skipInputValidation: true);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return line.WrittenMemory;
    }

    private async ValueTask WriteLineAsync(
        ReadOnlyMemory<byte> line,
        InFlight? answered,
        CancellationToken cancellationToken
    )
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (line.Length <= SmallCall)
            {
                // One write, since each wakes the agent, and half a line is no use to it. Its place is free before that: only
                // the one line that is being written has given its place up.
                Free(answered);
                await WriteWholeAsync(line, cancellationToken);
            }
            else
            {
                await toAgent.WriteAsync(line, cancellationToken);
                // Freed when written, not when answered: answers nobody reads must not pile up. And before the line ends: an
                // agent that has its answer finds the place free.
                Free(answered);
                await toAgent.WriteAsync(s_lineEnd, cancellationToken);
            }

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

    private async ValueTask WriteWholeAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        var whole = ArrayPool<byte>.Shared.Rent(line.Length + 1);
        line.CopyTo(whole);
        whole[line.Length] = (byte)'\n';
        await toAgent.WriteAsync(whole.AsMemory(0, line.Length + 1), cancellationToken);
        ArrayPool<byte>.Shared.Return(whole);
    }

    /// <summary>A request that was let through and is not answered yet.</summary>
    private sealed class InFlight(RequestId id)
    {
        public RequestId Id => id;

        /// <summary>What of the session's memory it holds.</summary>
        public int Bytes { get; set; }

        /// <summary>What its answer holds; null as long as it is no call.</summary>
        public AnswerRoom? Room { get; set; }
    }
}
