using Microsoft.Extensions.Options;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Project38.Core.Secrets;
using Project38.Core.Tools.Http;
using Project38.Sandbox;

namespace Project38.Core.Tools.External.Connecting;

/// <summary>Begins conversations with tool servers.</summary>
internal sealed class ServerConnector(
    ISandbox sandbox,
    EgressPolicy policy,
    ServerSecrets secrets,
    KnownSecrets known,
    IOptions<ExternalOptions> options,
    TimeProvider time
)
{
    /// <summary>Connects, or starts the program; the caller disposes it.</summary>
    /// <exception cref="ToolException">It did not come to a conversation.</exception>
    public async Task<ServerConnection> OpenAsync(ToolServer server, CancellationToken cancellationToken)
    {
        var process =
            server.Transport == ToolServerTransport.Stdio ? await StartAsync(server, cancellationToken) : null;
        using var limit = new CancellationTokenSource(options.Value.StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        IClientTransport? transport = null;
        try
        {
            transport = process is null
                ? ServerHttp.Open(server, policy, secrets, options.Value)
                : new StreamClientTransport(
                    process.Input,
                    new BoundedLines(process.Output, options.Value.MessageBytes),
                    loggerFactory: null
                );
            var news = new ListNews();
            var client = await McpClient
                .CreateAsync(transport, Client(news), loggerFactory: null, either.Token)
                .WaitAsync(either.Token);
            return new ServerConnection(server, client, process, news, known, options.Value, time);
        }
#pragma warning disable CA1031 // The wall: whatever a stranger's answer did to the SDK is an error of this call.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            var said = ServerFault.Of(
                server.Name,
                fault,
                process,
                known,
                limit.IsCancellationRequested ? options.Value.StartTimeout : null
            );
            if (process is not null)
            {
                await process.DisposeAsync();
            }

            if (transport is IAsyncDisposable open)
            {
                await open.DisposeAsync();
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw said;
        }
    }

    // It can be asked for nothing by a server: no sampling, no elicitation, no roots.
    private McpClientOptions Client(ListNews news) =>
        new()
        {
            Handlers = new McpClientHandlers
            {
                NotificationHandlers =
                [
                    KeyValuePair.Create<string, Func<JsonRpcNotification, CancellationToken, ValueTask>>(
                        NotificationMethods.ToolListChangedNotification,
                        (_, _) =>
                        {
                            news.HasChanged = true;
                            return ValueTask.CompletedTask;
                        }
                    ),
                ],
            },
            ClientInfo = new Implementation { Name = "project38", Version = "1" },
            InitializationTimeout = options.Value.StartTimeout,
            TimeProvider = time,
        };

    private async Task<SandboxProcess> StartAsync(ToolServer server, CancellationToken cancellationToken)
    {
        var variables = await secrets.OfAsync(server, cancellationToken);
        try
        {
            return await sandbox.StartAsync(ServerCell.Spec(server, variables, options.Value), cancellationToken);
        }
        catch (Exception exception) when (exception is SandboxUnavailableException or ArgumentException)
        {
            throw new ToolException(
                $"The tool server {server.Name} could not be started: {exception.Message}",
                exception
            );
        }
    }
}
