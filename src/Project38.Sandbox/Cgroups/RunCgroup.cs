using System.Globalization;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Cgroups;

/// <summary>What a cgroup counted of its run.</summary>
/// <param name="PeakMemoryBytes">Most memory at one time; null where the kernel does not say.</param>
/// <param name="CpuTime">Time of all its processes; null where the kernel does not say.</param>
/// <param name="OutOfMemoryKills">How many processes the kernel killed because the memory was used up.</param>
/// <param name="RefusedProcesses">How often it wanted a process or thread more than it may have.</param>
internal sealed record CgroupUsage(
    long? PeakMemoryBytes,
    TimeSpan? CpuTime,
    long OutOfMemoryKills,
    long RefusedProcesses
);

/// <summary>The cgroup of one run. Its limits have been read back; disposing kills what is in it and removes it.</summary>
/// <param name="folders">Its folders: one on version 2, one per hierarchy on version 1.</param>
internal abstract class RunCgroup(IReadOnlyList<string> folders)
{
    private static readonly TimeSpan EmptyingLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EmptyingPoll = TimeSpan.FromMilliseconds(1);

    private const int QuickLooks = 10;

    private (long MemoryBytes, int Processes, int CpuPercent)? _limits;

    /// <summary>The files a process of one thread writes a 0 to, before it starts the program, to be counted from its first byte on.</summary>
    public IEnumerable<string> MembershipFiles => folders.Select(folder => Path.Combine(folder, MembershipFile));

    /// <summary>Whether the kernel ends the whole run when it kills one of its processes for memory.</summary>
    public abstract bool EndsTogether { get; }

    /// <summary>
    /// How many times as much of the processor as a run the rest of the machine gets while both want all of it: a run may be
    /// late, and the platform that answers people and renews leases may not.
    /// </summary>
    protected const int YieldsTo = 4;

    protected IReadOnlyList<string> Folders => folders;

    /// <summary>The name of the file to join by.</summary>
    protected abstract string MembershipFile { get; }

    /// <summary>Sets the limits, and reads them back. Those that it has already cost nothing.</summary>
    /// <exception cref="IOException">A limit does not hold.</exception>
    public void Limit(SandboxLimits limits)
    {
        var counted = (limits.MemoryBytes, limits.Processes, limits.CpuPercent);
        if (_limits != counted)
        {
            SetLimits(limits);
            _limits = counted;
        }
    }

    /// <summary>What was used so far.</summary>
    public abstract CgroupUsage ReadUsage();

    /// <summary>Kills every process in it. What forks at that very moment may need a second call.</summary>
    public abstract void Kill();

    /// <summary>Kills what is in it until nothing is.</summary>
    /// <remarks>A process joins the first of its folders first, so that one tells of all.</remarks>
    public async Task EmptyAsync(TimeProvider time)
    {
        var start = time.GetTimestamp();
        for (var look = 0; ReadPids(folders[0]).Count > 0 && time.GetElapsedTime(start) < EmptyingLimit; look++)
        {
            if (look % QuickLooks == 0)
            {
                Kill();
            }

            await WaitAsync(look, time);
        }
    }

    /// <summary>Removes it. False when something in it does not die, for example a process that waits for a dead disk.</summary>
    public async Task<bool> RemoveAsync(TimeProvider time)
    {
        // A dying process holds its cgroup for a moment after it has left the list.
        var start = time.GetTimestamp();
        for (var look = 0; !TryRemove(); look++)
        {
            if (time.GetElapsedTime(start) > EmptyingLimit)
            {
                return false;
            }

            await WaitAsync(look, time);
        }

        return true;
    }

    // Nearly always it is a matter of microseconds, and a timer of milliseconds.
    private static async Task WaitAsync(int look, TimeProvider time)
    {
        if (look < QuickLooks)
        {
            await Task.Yield();
        }
        else
        {
            await Task.Delay(EmptyingPoll, time, CancellationToken.None);
        }
    }

    /// <summary>Removes it once, without waiting.</summary>
    public bool TryRemove()
    {
        var removed = true;
        foreach (var folder in folders.Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                removed = false;
            }
        }

        return removed;
    }

    /// <summary>Sets each limit.</summary>
    protected abstract void SetLimits(SandboxLimits limits);

    /// <summary>Kills by process handle, and only what is seen to be in the cgroup once the handle is held.</summary>
    protected static void KillEach(string folder)
    {
        var handles = ReadPids(folder).Select(pid => (Pid: pid, Handle: LibC.OpenProcess(pid))).ToList();

        // A number read above may by now be another process's; one that is still listed here is the one we hold.
        var members = ReadPids(folder).ToHashSet();
        foreach (var (pid, handle) in handles.Where(entry => entry.Handle >= 0))
        {
            using var owned = new Microsoft.Win32.SafeHandles.SafeFileHandle(handle, ownsHandle: true);
            if (members.Contains(pid))
            {
                _ = LibC.SignalProcess(handle, LibC.SigKill);
            }
        }
    }

    protected static List<int> ReadPids(string folder)
    {
        try
        {
            return [.. File.ReadLines(Path.Combine(folder, "cgroup.procs")).Select(int.Parse).Where(pid => pid > 0)];
        }
        catch (IOException) when (!Directory.Exists(folder))
        {
            return [];
        }
    }

    /// <summary>Writes a limit and reads it back: being allowed to write proves nothing.</summary>
    protected static void SetLimit(string folder, string file, long value)
    {
        var path = Path.Combine(folder, file);
        File.WriteAllText(path, value.ToString(CultureInfo.InvariantCulture));
        var held = File.ReadAllText(path).Trim();

        // The kernel rounds memory down to whole pages.
        if (!long.TryParse(held, out var actual) || actual > value || actual < value - Environment.SystemPageSize)
        {
            throw new IOException($"{path} was set to {value} and holds {held}.");
        }
    }

    /// <summary>The number behind a key in a file of <c>key value</c> lines; 0 where it is missing.</summary>
    protected static long ReadKey(string path, string key) =>
        File.ReadLines(path)
            .Select(line => line.Split(' '))
            .Where(words => words.Length == 2 && words[0] == key)
            .Select(words => long.Parse(words[1], CultureInfo.InvariantCulture))
            .FirstOrDefault();

    protected static long? ReadNumber(string path) =>
        File.Exists(path) && long.TryParse(File.ReadAllText(path).Trim(), out var number) ? number : null;
}
