using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Project38.Sandbox.Native;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Browsers;

/// <summary>
/// Where one browser lives, and the driver that steers it: a uid, a cgroup and namespaces of its own, and no network. What it
/// connects to at <see cref="WayOutPort"/> of its loopback comes to the platform, and nothing else leaves it.
/// </summary>
/// <remarks>It holds one life of a browser: whoever wants another makes another. Disposing ends all that is in it.</remarks>
public sealed class BrowserCell : IAsyncDisposable
{
    /// <summary>The port of the cell's loopback at which the platform listens.</summary>
    public const int WayOutPort = 3128;

    private const string Prefix = "p38-browser-";
    private const int MostSwept = 100;
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    private readonly DirectoryInfo _folder;
    private readonly Socket _gate;
    private readonly RunLoan _loan;
    private readonly TimeProvider _time;
    private SafeFileHandle? _process;

    private BrowserCell(DirectoryInfo folder, Socket gate, RunLoan loan, TimeProvider time)
    {
        _folder = folder;
        _gate = gate;
        _loan = loan;
        _time = time;
    }

    /// <summary>A program, absolute: who starts it starts the driver in the cell, with the arguments that are given.</summary>
    public string Program => Path.Join(_folder.FullName, "enter");

    /// <summary>Whether the kernel holds it to its memory.</summary>
    public bool HasMemoryLimit => _loan.Cgroup is not null;

    /// <summary>Whether the kernel has killed something in it because its memory was used up.</summary>
    public bool RanOutOfMemory => _loan.Cgroup?.ReadUsage().OutOfMemoryKills > 0;

    /// <summary>The most memory it had at one time, in bytes; null where nobody counts.</summary>
    public long? PeakMemoryBytes => _loan.Cgroup?.ReadUsage().PeakMemoryBytes;

    /// <summary>Makes one, of which nothing runs yet.</summary>
    /// <exception cref="IOException">The machine refused it.</exception>
    internal static BrowserCell Make(BrowserCellSpec spec, string bubblewrap, RunLoan loan, TimeProvider time)
    {
        DirectoryInfo? folder = null;
        Socket? gate = null;
        try
        {
            // Its owner's alone. Not where runs have theirs: of a path to a socket, the kernel takes 107 bytes.
            folder = Directory.CreateTempSubdirectory($"{Prefix}{ProcessIdentity.Own}-");
            var path = Path.Join(folder.FullName, "gate");
            gate = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            gate.Bind(new UnixDomainSocketEndPoint(path));
            gate.Listen(1);
            var how = new
            {
                gate = path,
                memberships = loan.Cgroup?.MembershipFiles ?? [],
                uid = loan.Uid,
                command = BrowserCellCommand.Build(bubblewrap, spec),
            };
            File.WriteAllText(Path.Join(folder.FullName, "cell.json"), JsonSerializer.Serialize(how));
            var cell = new BrowserCell(folder, gate, loan, time);
            File.WriteAllBytes(cell.Program, Embedded.Read("enter.py"));
            File.SetUnixFileMode(cell.Program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            return cell;
        }
        catch
        {
            gate?.Dispose();
            folder?.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Waits until the cell is built, and gives the socket that listens in it.</summary>
    /// <exception cref="IOException">It ended before that.</exception>
    public async Task<Socket> WayOutAsync(CancellationToken cancellationToken)
    {
        using var sender = await _gate.AcceptAsync(cancellationToken);
        _gate.Dispose();
        _process = ProcessOf(sender);
        var ready = new byte[1];
        // Only looked at: what is taken by Socket comes without the descriptor.
        _ = await sender.ReceiveAsync(ready, SocketFlags.Peek, cancellationToken);
        using var handle = new SafeFileHandle(sender.Handle, ownsHandle: false);
        using var messages = new MessageSocket(handle);
        _ = messages.Receive(1, out var received);
        if (received is null)
        {
            throw new IOException("The browser's cell could not be built.");
        }

        var listener = new SafeSocketHandle(received.DangerousGetHandle(), ownsHandle: true);
        received.SetHandleAsInvalid();
        return new Socket(listener);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _gate.Dispose();
        if (_loan.Cgroup is { } cgroup)
        {
            await cgroup.EmptyAsync(_time);
        }
        else if (_process is not null)
        {
            // All that is in its namespaces goes with it.
            ProcessHandle.Kill(_process);
        }
        _process?.Dispose();

        await _loan.ReturnAsync(_time);
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Disposed before.
        }
    }

    /// <summary>Removes the folders that platforms have left which are gone.</summary>
    internal static async Task SweepAsync()
    {
        // So many at most: anybody may put folders of such names there, and a start does not wait for all of them.
        foreach (var left in Directory.EnumerateDirectories(Path.GetTempPath(), $"{Prefix}*").Take(MostSwept))
        {
            var identity = Path.GetFileName(left)[Prefix.Length..];
            if (identity.LastIndexOf('-') is var end and > 0 && ProcessIdentity.IsGone(identity[..end]))
            {
                await RunFolders.RemoveAsync(left);
            }
        }
    }

    // What connects becomes bubblewrap, as the same process. Null: it is gone already, which is seen when nothing comes.
    private static SafeFileHandle? ProcessOf(Socket sender)
    {
        // struct ucred: pid, uid, gid
        Span<byte> whose = stackalloc byte[12];
        _ = sender.GetRawSocketOption(SolSocket, SoPeerCred, whose);
        return LibC.OpenProcess(BitConverter.ToInt32(whose)) is >= 0 and var descriptor
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : null;
    }
}
