using System.Collections.Concurrent;
using Project38.Core.Tools.External.Connecting;

namespace Project38.Core.Tools.External;

/// <summary>The tool servers of one run: each begins with the first call, and ends with the run.</summary>
internal sealed class ServerConnections(ServerConnector connector, ToolServerBook book, ExternalOptions options)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Slot> _slots = new();

    /// <summary>The conversation with a server, in which it has said which tools it has now.</summary>
    /// <exception cref="ToolException">It did not come to one.</exception>
    public async Task<ServerConnection> OfAsync(ToolServer server, CancellationToken cancellationToken)
    {
        // One call begins it; the others of this server wait for that one.
        var slot = _slots.GetOrAdd(server.Name, _ => new Slot());
        await slot.Gate.WaitAsync(cancellationToken);
        try
        {
            if (slot.Connection is { IsOver: false } open && open.Server.Id == server.Id)
            {
                if (open.HasNews)
                {
                    await LookAsync(open, cancellationToken);
                }

                return open;
            }

            await slot.CloseAsync();
            if (slot.Starts++ >= options.StartsPerRun)
            {
                throw new ToolException(
                    $"The tool server {server.Name} was begun {options.StartsPerRun} times in this run, and is not begun again."
                );
            }

            slot.Connection = await connector.OpenAsync(server, cancellationToken);
            try
            {
                await LookAsync(slot.Connection, cancellationToken);
            }
            catch
            {
                await slot.CloseAsync();
                throw;
            }

            return slot.Connection;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _slots.Values)
        {
            await slot.CloseAsync();
            slot.Gate.Dispose();
        }
    }

    private async Task LookAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        var (tools, _) = await connection.ListAsync(cancellationToken);
        await book.NoteAsync(connection.Server, tools, "platform", cancellationToken);
    }

    /// <summary>One server's place.</summary>
    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public ServerConnection? Connection { get; set; }

        public int Starts { get; set; }

        public async ValueTask CloseAsync()
        {
            if (Connection is { } connection)
            {
                Connection = null;
                await connection.DisposeAsync();
            }
        }
    }
}
