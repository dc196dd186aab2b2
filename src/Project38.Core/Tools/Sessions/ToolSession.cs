using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Project38.Core.Tools.Records;

namespace Project38.Core.Tools.Sessions;

/// <summary>
/// One run's MCP session: the agent's process is the client, and sees only what it was granted.
/// </summary>
/// <remarks>
/// MCP itself is the official SDK's. <see cref="AgentTransport"/> stands before it, because the SDK trusts its peer
/// to be reasonable, and an agent need not be.
/// </remarks>
public sealed class ToolSession
{
    private readonly ToolCallPipeline _pipeline;
    private readonly ToolLimits _limits;
    private readonly ByteGate _platformMemory;
    private readonly ILogger _logger;

    internal ToolSession(ToolCallPipeline pipeline, ToolLimits limits, ByteGate platformMemory, ILogger logger)
    {
        _platformMemory = platformMemory;
        _pipeline = pipeline;
        _limits = limits;
        _logger = logger;
    }

    /// <summary>The tool calls that have ended, by number. Complete when <see cref="RunAsync"/> has returned.</summary>
    public IReadOnlyList<RunStep> Steps => _pipeline.Steps;

    /// <summary>What is kept of its calls; null: nothing is.</summary>
    internal RecordedCalls? Record => _pipeline.Calls;

    /// <summary>Serves the agent until its side closes or it breaks the protocol. No call is at work afterwards.</summary>
    /// <param name="fromAgent">What the process writes to its standard output.</param>
    /// <param name="toAgent">What it reads from its standard input. Not closed here.</param>
    /// <param name="reserved">Receives reserved requests.</param>
    /// <param name="cancellationToken">Ends the session at once.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ToolSessionEnd> RunAsync(
        Stream fromAgent,
        Stream toAgent,
        ReservedRequests reserved,
        CancellationToken cancellationToken
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var transport = new AgentTransport(fromAgent, toAgent, reserved, _limits, _logger);
        var calls = new CallTracker();
        var server = McpServer.Create(transport, Options(calls, transport, ended.Token), NullLoggerFactory.Instance);
        // Taken while the process starts.
        await using var rates = _pipeline.OpenRates();
        await _pipeline.LoadAsync(ended.Token);
        await using (server)
        {
            var serving = server.RunAsync(ended.Token);
            try
            {
                var end = await transport.ReadAllAsync(ended.Token);
                if (end is ToolSessionEnd.Broken broken)
                {
                    ToolSessionLog.Broken(_logger, broken.Reason);
                }

                return end;
            }
            finally
            {
                // Nobody is left to be answered: a call still at work is cancelled, and waited for.
                await ended.CancelAsync();
                await calls.DrainAsync();
                await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await _pipeline.Parts.DisposeAsync();
            }
        }
    }

    private McpServerOptions Options(CallTracker calls, AgentTransport transport, CancellationToken ended)
    {
        var memory = new ByteGate(_limits.SessionMemoryBytes);
        return new()
        {
            ServerInfo = new Implementation { Name = "project38", Version = "1" },
            ScopeRequests = false,
            Capabilities = new ServerCapabilities { Tools = new ToolsCapability() },
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = (_, _) =>
                    ValueTask.FromResult(
                        new ListToolsResult
                        {
                            Tools =
                            [
                                .. _pipeline.Granted.Select(tool => new Tool
                                {
                                    Name = tool.Name,
                                    Description = tool.Description,
                                    InputSchema = tool.InputSchema,
                                }),
                            ],
                        }
                    ),
                CallToolHandler = async (request, cancelled) =>
                {
                    using var call = calls.Begin();
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, ended);
                    var room = new AnswerRoom(memory, _platformMemory);
                    transport.FreeWhenAnswered(request.JsonRpcRequest.Id, room);
                    Record?.Readings.Add(request.Params.Meta);
                    var answer = await _pipeline.CallAsync(
                        request.Params.Name,
                        request.Params.Arguments,
                        room.TakeAsync,
                        either.Token
                    );
                    (var result, room.Structured) = answer.ToResult();
                    return result;
                },
            },
        };
    }
}
