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
                    await LookAsync(slot, open, cancellationToken);
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
                await LookAsync(slot, slot.Connection, cancellationToken);
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
        // At once: each may take its time to part.
        await Task.WhenAll(_slots.Values.Select(slot => slot.CloseAsync().AsTask()));
        foreach (var slot in _slots.Values)
        {
            slot.Gate.Dispose();
        }
    }

    private async Task LookAsync(Slot slot, ServerConnection connection, CancellationToken cancellationToken)
    {
        if (slot.Looks++ >= options.LooksPerRun)
        {
            throw new ToolException(
                $"The tool server {connection.Server.Name} was asked for its tools {options.LooksPerRun} times in this run, as it says "
                    + "again and again that they are others. It is not called any more."
            );
        }

        var (tools, _) = await connection.ListAsync(cancellationToken);
        // A server may name others at each look, and nobody is there to read them.
        await book.NoteAsync(connection.Server, tools, "platform", keepsNew: false, cancellationToken);
    }

    /// <summary>One server's place.</summary>
    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public ServerConnection? Connection { get; set; }

        public int Starts { get; set; }

        public int Looks { get; set; }

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
