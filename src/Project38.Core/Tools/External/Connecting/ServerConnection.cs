using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Project38.Core.Secrets;

namespace Project38.Core.Tools.External.Connecting;

/// <summary>One conversation with a tool server, and the program it is with, where it is one.</summary>
internal sealed class ServerConnection(
    ToolServer server,
    McpClient client,
    ListeningTransport transport,
    ServerProgram? program,
    KnownSecrets secrets,
    ExternalOptions options,
    TimeProvider time
) : IAsyncDisposable
{
    private const int MostPages = 20;
    private static readonly TimeSpan s_parting = TimeSpan.FromSeconds(5);

    /// <summary>Whom it is with.</summary>
    public ToolServer Server => server;

    /// <summary>Whether nothing can be asked any more.</summary>
    public bool IsOver =>
        client.Completion.IsCompleted || transport.Exceeded.IsCancellationRequested || program?.IsOver == true;

    /// <summary>The hashes of its tools by name, as it listed them last.</summary>
    public IReadOnlyDictionary<string, string> Seen { get; private set; } = new Dictionary<string, string>();

    /// <summary>Whether it said that its tools are others since they were listed.</summary>
    public bool HasNews => transport.HasNews;

    /// <summary>The tools it has, as it lists them now.</summary>
    /// <exception cref="ToolException">It did not answer so that it could be read.</exception>
    public Task<(IReadOnlyList<DescribedTool> Tools, IReadOnlyList<string> LeftOut)> ListAsync(
        CancellationToken cancellationToken
    ) =>
        AskAsync(
            async given =>
            {
                transport.HasNews = false;
                var listed = new List<Tool>();
                string? cursor = null;
                for (var page = 0; page < MostPages && listed.Count <= DescribedTool.Most; page++)
                {
                    var answer = await client.ListToolsAsync(new ListToolsRequestParams { Cursor = cursor }, given);
                    listed.AddRange(answer.Tools);
                    cursor = answer.NextCursor;
                    if (cursor is null)
                    {
                        break;
                    }
                }

                var read = DescribedTool.Read(listed, secrets);
                Seen = read.Tools.ToDictionary(tool => tool.Name, tool => tool.Hash);
                return read;
            },
            options.StartTimeout,
            cancellationToken
        );

    /// <summary>Calls a tool.</summary>
    /// <exception cref="ToolException">It did not answer so that it could be read.</exception>
    public Task<CallToolResult> CallAsync(
        string tool,
        IDictionary<string, JsonElement> arguments,
        CancellationToken cancellationToken
    ) =>
        AskAsync(
            async given =>
                await client.CallToolAsync(new CallToolRequestParams { Name = tool, Arguments = arguments }, given),
            options.CallTimeout,
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // First the program: what the SDK says to it in parting may wait for it to listen.
        if (program is not null)
        {
            await program.DisposeAsync();
        }

        try
        {
            await client.DisposeAsync().AsTask().WaitAsync(s_parting, time);
        }
#pragma warning disable CA1031 // Nobody is left to be told how a conversation ended.
        catch (Exception)
#pragma warning restore CA1031
        {
            // It had ended by itself.
        }

        // The client of HTTP with it: a parting that is not answered ends here.
        await transport.DisposeAsync();
    }

    private async Task<T> AskAsync<T>(
        Func<CancellationToken, Task<T>> ask,
        TimeSpan most,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token,
            transport.Exceeded,
            cancellationToken
        );
        try
        {
            // The SDK's own waits may not end with the token.
            return await ask(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // The wall: whatever a stranger's answer did to the SDK is an error of this call.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            var isLate = limit.IsCancellationRequested;
            var said = await ServerFault.OfAsync(server.Name, fault, program, transport, secrets, isLate ? most : null);
            if (isLate)
            {
                // It may be stuck for good; whoever calls next has another.
                program?.Kill();
            }

            throw said;
        }
    }
}
