using Microsoft.Extensions.Options;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.Http;
using Project38.Sandbox;

namespace Project38.Core.Tools.External.Connecting;

/// <summary>Begins conversations with tool servers.</summary>
internal sealed class ServerConnector(
    ISandbox sandbox,
    EgressPolicy policy,
    ServerSecrets secrets,
    KnownSecrets known,
    HomeFolder home,
    IOptions<ExternalOptions> options,
    TimeProvider time
)
{
    /// <summary>Connects, or starts the program; the caller disposes it.</summary>
    /// <exception cref="ToolException">It did not come to a conversation.</exception>
    public async Task<ServerConnection> OpenAsync(ToolServer server, CancellationToken cancellationToken)
    {
        var program =
            server.Transport == ToolServerTransport.Stdio ? await StartAsync(server, cancellationToken) : null;
        using var limit = new CancellationTokenSource(options.Value.StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        ListeningTransport? transport = null;
        try
        {
            transport = new ListeningTransport(
                program is null
                    ? ServerHttp.Open(server, policy, secrets, options.Value)
                    : new StreamClientTransport(program.Input, program.Output, loggerFactory: null),
                options.Value.Messages
            );
            if (program is not null)
            {
                // Nobody reads what it goes on to say.
                transport.Exceeded.Register(program.Kill);
            }

            using var any = CancellationTokenSource.CreateLinkedTokenSource(either.Token, transport.Exceeded);
            var client = await McpClient
                .CreateAsync(transport, Client(), loggerFactory: null, any.Token)
                .WaitAsync(any.Token);
            return new ServerConnection(server, client, transport, program, known, options.Value, time);
        }
#pragma warning disable CA1031 // The wall: whatever a stranger's answer did to the SDK is an error of this call.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            var said = await ServerFault.OfAsync(
                server.Name,
                fault,
                program,
                transport,
                known,
                limit.IsCancellationRequested ? options.Value.StartTimeout : null
            );
            if (program is not null)
            {
                await program.DisposeAsync();
            }

            if (transport is not null)
            {
                await transport.DisposeAsync();
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw said;
        }
    }

    // It can be asked for nothing by a server, no sampling, no elicitation, no roots, and hears no request at all.
    private McpClientOptions Client() =>
        new()
        {
            ClientInfo = new Implementation { Name = "project38", Version = "1" },
            InitializationTimeout = options.Value.StartTimeout,
            TimeProvider = time,
        };

    private async Task<ServerProgram> StartAsync(ToolServer server, CancellationToken cancellationToken)
    {
        // Again: since it was registered, a part of the path may have become a link.
        if (server.Folder is { } folder && ToolServerFolder.WhyNot(folder, home.Path) is { } why)
        {
            throw new ToolException($"The tool server {server.Name} could not be started: its folder {why}.");
        }

        var variables = await secrets.OfAsync(server, cancellationToken);
        try
        {
            var spec = ServerCell.Spec(server, variables, options.Value);
            var process = await sandbox.StartAsync(spec, cancellationToken);
            return new ServerProgram(process, options.Value.MessageBytes, time);
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
