using System.Runtime.InteropServices;
using Project38.Sandbox.Cgroups;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>All that is made for one run and has to be gone after it.</summary>
/// <param name="Level">The level it runs at.</param>
/// <param name="Cgroup">Its cgroup; null where there is none.</param>
/// <param name="Uid">Its uid; null when it runs as the platform's user.</param>
/// <param name="Uids">Where the uid goes back to.</param>
internal sealed record RunParts(SandboxLevel Level, RunCgroup? Cgroup, int? Uid, RunUids Uids)
{
    private readonly List<SafeHandle> _files = [];

    public AnonymousPipe Input { get; } = AnonymousPipe.Create();

    public AnonymousPipe Output { get; } = AnonymousPipe.Create();

    public AnonymousPipe Errors { get; } = AnonymousPipe.Create();

    public AnonymousPipe Status { get; } = AnonymousPipe.Create();

    /// <summary>Where the run waits until it may go on.</summary>
    public AnonymousPipe Gate { get; } = AnonymousPipe.Create();

    /// <summary>Where the run says that it waits.</summary>
    public AnonymousPipe Ready { get; } = AnonymousPipe.Create();

    /// <summary>What becomes descriptors 0, 1, 2 and so on of the new process.</summary>
    public IReadOnlyList<SafeHandle> ForChild =>
        [
            Input.Reader,
            Output.Writer,
            Errors.Writer,
            Status.Writer,
            Gate.Reader,
            Ready.Writer,
            Status.Reader,
            .. _files,
        ];

    /// <summary>Adds content that the process gets as its next descriptor.</summary>
    public void AddFile(string name, ReadOnlySpan<byte> content) => _files.Add(MemoryFile.Create(name, content));

    /// <summary>Closes the platform's copies of what the process has now, so that the pipes end when it does.</summary>
    public void CloseChildEnds()
    {
        foreach (var handle in ForChild.Where(handle => handle != Status.Reader))
        {
            handle.Dispose();
        }
    }

    /// <summary>Closes everything: for a run that did not start.</summary>
    public void Abandon()
    {
        CloseChildEnds();
        foreach (var pipe in new[] { Input, Output, Errors, Status, Gate, Ready })
        {
            pipe.Dispose();
        }

        Cgroup?.TryRemove();
        Return();
    }

    /// <summary>Gives back what the system lent: the cgroup, which must be empty, and the uid.</summary>
    public async Task ReleaseAsync(TimeProvider time)
    {
        if (Cgroup is not null)
        {
            _ = await Cgroup.RemoveAsync(time);
        }

        Return();
    }

    private void Return()
    {
        if (Uid is { } uid)
        {
            Uids.Return(uid);
        }
    }
}
