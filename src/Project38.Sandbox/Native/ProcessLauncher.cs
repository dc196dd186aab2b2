using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace Project38.Sandbox.Native;

/// <summary>What to start: a program, and the descriptors that become its 0, 1, 2 and so on. It gets no others.</summary>
internal sealed record Launch(
    IReadOnlyList<string> Command,
    IReadOnlyList<string> Environment,
    IReadOnlyList<SafeHandle> Descriptors
);

/// <summary>Starts processes from one thread that lives as long as this object.</summary>
/// <remarks>
/// <c>PR_SET_PDEATHSIG</c>, and so bubblewrap's <c>--die-with-parent</c>, is bound to the thread that started the
/// process, not to the platform: started from the thread pool, sandboxes die whenever the pool shrinks.
/// </remarks>
internal sealed class ProcessLauncher : IDisposable
{
    // glibc's types are opaque; 80 and 336 bytes on x64, and the same or less on arm64.
    private const int OpaqueSize = 1024;
    private const short ResetSignals = 0x04 | 0x08; // POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    private const short NewSession = 0x80; // POSIX_SPAWN_SETSID: Ctrl+C at the platform's terminal is not for the run

    private readonly BlockingCollection<(Launch Launch, TaskCompletionSource<int> Pid)> _queue = [];

    public ProcessLauncher() => new Thread(Loop) { IsBackground = true, Name = "sandbox launcher" }.Start();

    /// <summary>Starts one process and gives its id. The caller must reap it.</summary>
    /// <exception cref="IOException">The program could not be started.</exception>
    public Task<int> StartAsync(Launch launch)
    {
        var pid = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add((launch, pid));
        return pid.Task;
    }

    /// <summary>Ends the thread, and with it every process that asked to die with its parent.</summary>
    public void Dispose() => _queue.CompleteAdding();

    private void Loop()
    {
        foreach (var (launch, pid) in _queue.GetConsumingEnumerable())
        {
            try
            {
                pid.SetResult(Spawn(launch));
            }
#pragma warning disable CA1031 // Whatever it is belongs to the caller who waits for this start, not to the thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                pid.SetException(exception);
            }
        }
    }

    private static unsafe int Spawn(Launch launch)
    {
        var actions = stackalloc byte[OpaqueSize];
        var attributes = stackalloc byte[OpaqueSize];
        var signals = stackalloc byte[128];
        var raised = new List<IDisposable>();
        using var argv = new NativeStrings(launch.Command);
        using var envp = new NativeStrings(launch.Environment);

        _ = LibC.InitializeActions(actions);
        _ = LibC.InitializeAttributes(attributes);
        try
        {
            // Sources go above all targets first, so that no dup2 overwrites the source of a later one.
            var count = launch.Descriptors.Count;
            var sources = new int[count];
            for (var target = 0; target < count; target++)
            {
                var source = LibC.DuplicateAbove((int)launch.Descriptors[target].DangerousGetHandle(), count);
                raised.Add(new Microsoft.Win32.SafeHandles.SafeFileHandle(source, ownsHandle: true));
                sources[target] = source;
            }

            for (var target = 0; target < count; target++)
            {
                Require(LibC.AddDuplicate(actions, sources[target], target), "adddup2");
            }

            // bubblewrap hands every descriptor it inherits to the program; close-on-exec of .NET's is not enough to
            // rely on, because other libraries in this process open theirs without it.
            Require(LibC.AddCloseFrom(actions, count), "addclosefrom_np");

            // .NET ignores SIGPIPE and blocks nothing; the program starts with what a shell would give it.
            _ = LibC.FillSignals(signals);
            _ = LibC.SetDefaultSignals(attributes, signals);
            _ = LibC.EmptySignals(signals);
            _ = LibC.SetSignalMask(attributes, signals);
            _ = LibC.SetFlags(attributes, ResetSignals | NewSession);

            Require(
                LibC.Spawn(out var pid, launch.Command[0], actions, attributes, argv.Pointer, envp.Pointer),
                $"starting {launch.Command[0]}"
            );
            return pid;
        }
        finally
        {
            raised.ForEach(handle => handle.Dispose());
            _ = LibC.DestroyActions(actions);
            _ = LibC.DestroyAttributes(attributes);
            GC.KeepAlive(launch);
        }
    }

    private static void Require(int error, string what)
    {
        if (error != 0)
        {
            throw new IOException($"{what} failed: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    /// <summary>A null-terminated array of C strings.</summary>
    private sealed unsafe class NativeStrings : IDisposable
    {
        private readonly int _count;

        public NativeStrings(IReadOnlyList<string> strings)
        {
            _count = strings.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _count; i++)
            {
                var bytes = Encoding.UTF8.GetBytes(strings[i]);
                Pointer[i] = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
                bytes.CopyTo(new Span<byte>(Pointer[i], bytes.Length));
            }
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++)
            {
                NativeMemory.Free(Pointer[i]);
            }

            NativeMemory.Free(Pointer);
        }
    }
}
