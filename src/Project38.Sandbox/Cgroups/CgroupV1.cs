namespace Project38.Sandbox.Cgroups;

/// <summary>A run's cgroup on version 1.</summary>
/// <param name="folders">Its folder by controller; several controllers may share one.</param>
internal sealed class CgroupV1(IReadOnlyDictionary<string, string> folders) : RunCgroup([.. folders.Values.Distinct()])
{
    private const int PeriodMicroseconds = 100_000;

    /// <inheritdoc/>
    /// <remarks>Version 1 kills one process, and its parent may wait for it until the timeout.</remarks>
    public override bool EndsTogether => false;

    /// <inheritdoc/>
    /// <remarks>
    /// By <c>cgroup.procs</c> it would be as good, but whole processes move only once the kernel has made every other
    /// processor wait (an RCU grace period: 10 ms, more than all else that a run's start takes).
    /// </remarks>
    protected override string MembershipFile => "tasks";

    public static CgroupV1 Create(IReadOnlyDictionary<string, string> folders, SandboxLimits limits)
    {
        var cgroup = new CgroupV1(folders);
        try
        {
            foreach (var folder in cgroup.Folders)
            {
                Directory.CreateDirectory(folder);
            }

            cgroup.Limit(limits);
            return cgroup;
        }
        catch
        {
            cgroup.TryRemove();
            throw;
        }
    }

    public override CgroupUsage ReadUsage()
    {
        // memsw is what the limit holds on to, and counts as much as memory where there is no swap.
        var cpu = folders.TryGetValue("cpuacct", out var folder) ? ReadNumber($"{folder}/cpuacct.usage") : null;
        return new CgroupUsage(
            ReadNumber($"{folders["memory"]}/memory.max_usage_in_bytes"),
            cpu is { } nanoseconds ? TimeSpan.FromMicroseconds(nanoseconds / 1000) : null,
            ReadKey($"{folders["memory"]}/memory.oom_control", "oom_kill"),
            ReadKey($"{folders["pids"]}/pids.events", "max")
        );
    }

    public override void Kill()
    {
        // Nobody can fork any more, so one look at the list is enough.
        if (File.Exists($"{folders["pids"]}/pids.max"))
        {
            File.WriteAllText($"{folders["pids"]}/pids.max", "0");
        }

        foreach (var folder in Folders)
        {
            KillEach(folder);
        }
    }

    protected override void SetLimits(SandboxLimits limits)
    {
        var (memory, pids, cpu) = (folders["memory"], folders["pids"], folders["cpu"]);
        SetLimit(memory, "memory.limit_in_bytes", limits.MemoryBytes);
        if (File.Exists($"{memory}/memory.memsw.limit_in_bytes"))
        {
            SetLimit(memory, "memory.memsw.limit_in_bytes", limits.MemoryBytes);
        }
        else
        {
            // The kernel does not count swap (swapaccount=0): then keep the run out of it.
            SetLimit(memory, "memory.swappiness", 0);
        }

        SetLimit(pids, "pids.max", limits.Processes);
        SetLimit(cpu, "cpu.shares", 1024 / YieldsTo);
        SetLimit(cpu, "cpu.cfs_period_us", PeriodMicroseconds);
        SetLimit(cpu, "cpu.cfs_quota_us", (long)PeriodMicroseconds * limits.CpuPercent / 100);
    }
}
