using System.Net.Sockets;

namespace Project38.Drills;

/// <summary>
/// Stands between the nodes and PostgreSQL, and cuts connections in the middle of COMMIT: before it arrives, or when it has
/// arrived and before its answer does. Whoever asked cannot tell the two apart.
/// </summary>
public sealed class CommitCutter : IDisposable
{
    private const string Socket = ".s.PGSQL.5432";

    // One in so many is cut: the others get on meanwhile.
    private const int OneIn = 5;

    private readonly string _server;
    private readonly int _cuts;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private int _commits;
    private int _cut;

    private CommitCutter(string server, int cuts)
    {
        (_server, _cuts) = (server, cuts);
        Folder = Directory.CreateTempSubdirectory("p38-cutter-").FullName;
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Join(Folder, Socket)));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients find it, as they find a server: the folder of its socket.</summary>
    public string Folder { get; }

    /// <summary>Connections cut so far.</summary>
    public int Cut => Volatile.Read(ref _cut);

    /// <summary>Starts before a server.</summary>
    /// <param name="server">The folder of its socket.</param>
    /// <param name="cuts">How many connections it cuts.</param>
    public static CommitCutter Start(string server, int cuts) => new(server, cuts);

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _accepting.Wait();
        Directory.Delete(Folder, recursive: true);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(CarryAsync(await _listener.AcceptAsync(_end.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The end of the drill.
        }
        await Task.WhenAll(connections);
    }

    private async Task CarryAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        using (client)
        {
            try
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(Path.Join(_server, Socket)), end.Token);
                var silence = new TaskCompletionSource();
                await Task.WhenAny(
                    ForwardAsync(client, server, silence, end.Token),
                    AnswerAsync(server, client, silence.Task, end.Token)
                );
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // Either side is gone: the other learns it by the close.
            }
            await end.CancelAsync();
        }
    }

    private async Task ForwardAsync(Socket client, Socket server, TaskCompletionSource silence, CancellationToken end)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await client.ReceiveAsync(buffer, end)) > 0)
        {
            var cut = Commits(buffer.AsSpan(0, read)) ? NextCut() : Cuts.None;
            if (cut == Cuts.Before)
            {
                return;
            }
            if (cut == Cuts.After)
            {
                silence.SetResult();
            }
            await server.SendAsync(buffer.AsMemory(0, read), end);
        }
    }

    private static async Task AnswerAsync(Socket server, Socket client, Task silence, CancellationToken end)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await server.ReceiveAsync(buffer, end)) > 0)
        {
            // The answer to a COMMIT: by now it is committed.
            if (silence.IsCompleted)
            {
                return;
            }
            await client.SendAsync(buffer.AsMemory(0, read), end);
        }
    }

    // The statement that saves runs is a transaction by itself: it is known by the status that it gives their tasks.
    private static bool Commits(ReadOnlySpan<byte> sent) =>
        sent.IndexOf("COMMIT\0"u8) >= 0 || sent.IndexOf("completed"u8) >= 0;

    private Cuts NextCut()
    {
        if (Interlocked.Increment(ref _commits) % OneIn != 0 || Cut >= _cuts)
        {
            return Cuts.None;
        }
        return Interlocked.Increment(ref _cut) % 2 == 0 ? Cuts.Before : Cuts.After;
    }

    private enum Cuts
    {
        None,
        Before,
        After,
    }
}
