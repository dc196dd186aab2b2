using System.Runtime.InteropServices;
using Project38.Sandbox.Native;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>All that is made for one run that bubblewrap starts.</summary>
/// <param name="launch">The program that starts it, which all runs share.</param>
/// <param name="filter">Its seccomp filter, which they share, too.</param>
internal sealed class RunParts(SafeHandle launch, SafeHandle filter) : IDisposable
{
    private readonly List<SafeHandle> _more = [];

    public RunStreams Streams { get; } = new();

    public AnonymousPipe Status { get; } = AnonymousPipe.Create();

    /// <summary>Where the run waits until it may go on.</summary>
    public AnonymousPipe Gate { get; } = AnonymousPipe.Create();

    /// <summary>Where the first process says that it waits, and how it ended.</summary>
    public AnonymousPipe Program { get; } = AnonymousPipe.Create();

    /// <summary>What becomes descriptors 0, 1, 2 and so on of the new process.</summary>
    public IReadOnlyList<SafeHandle> ForChild =>
        [.. Streams.ForChild, Status.Writer, Gate.Reader, Program.Writer, Status.Reader, launch, filter, .. _more];

    /// <summary>Adds content that the process gets as its next descriptor.</summary>
    public void AddFile(string name, ReadOnlySpan<byte> content) => Add(MemoryFile.Create(name, content));

    /// <summary>Adds what the process gets as its next descriptor, and this closes once it has it.</summary>
    public void Add(SafeHandle handle) => _more.Add(handle);

    /// <summary>Closes the platform's copies of what the process has now, so that the pipes end when it does.</summary>
    public void CloseChildEnds()
    {
        foreach (
            var handle in ForChild.Where(handle => handle != Status.Reader && handle != launch && handle != filter)
        )
        {
            handle.Dispose();
        }
    }

    /// <summary>Closes everything: for a run that did not start.</summary>
    public void Dispose()
    {
        CloseChildEnds();
        Streams.Dispose();
        foreach (var pipe in new[] { Status, Gate, Program })
        {
            pipe.Dispose();
        }
    }
}
