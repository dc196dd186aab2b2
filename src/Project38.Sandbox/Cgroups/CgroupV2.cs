using System.Globalization;

namespace Project38.Sandbox.Cgroups;

/// <summary>A run's cgroup on version 2.</summary>
internal sealed class CgroupV2(string folder) : RunCgroup([folder])
{
    private const int PeriodMicroseconds = 100_000;

    /// <inheritdoc/>
    /// <remarks><c>memory.oom.group</c>, which version 2 alone has.</remarks>
    public override bool EndsTogether => true;

    /// <inheritdoc/>
    protected override string MembershipFile => "cgroup.procs";

    public static CgroupV2 Create(string folder, SandboxLimits limits)
    {
        var cgroup = new CgroupV2(folder);
        try
        {
            Directory.CreateDirectory(folder);
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
        var microseconds = ReadKey($"{folder}/cpu.stat", "usage_usec");
        return new CgroupUsage(
            ReadNumber($"{folder}/memory.peak"), // since Linux 5.19
            TimeSpan.FromMicroseconds(microseconds),
            ReadKey($"{folder}/memory.events", "oom_kill"),
            ReadKey($"{folder}/pids.events", "max")
        );
    }

    public override void Kill()
    {
        var kill = Path.Combine(folder, "cgroup.kill");
        if (File.Exists(kill))
        {
            File.WriteAllText(kill, "1");
        }
        else if (Directory.Exists(folder))
        {
            // Before Linux 5.14.
            File.WriteAllText($"{folder}/pids.max", "0");
            KillEach(folder);
        }
    }

    protected override void SetLimits(SandboxLimits limits)
    {
        SetLimit(folder, "memory.max", limits.MemoryBytes);
        if (File.Exists($"{folder}/memory.swap.max"))
        {
            SetLimit(folder, "memory.swap.max", 0);
        }

        SetLimit(folder, "memory.oom.group", 1);
        SetLimit(folder, "pids.max", limits.Processes);

        SetLimit(folder, "cpu.weight", 100 / YieldsTo);

        var share = string.Create(
            CultureInfo.InvariantCulture,
            $"{PeriodMicroseconds * (long)limits.CpuPercent / 100} {PeriodMicroseconds}"
        );
        File.WriteAllText($"{folder}/cpu.max", share);
        if (File.ReadAllText($"{folder}/cpu.max").Trim() is var held && held != share)
        {
            throw new IOException($"{folder}/cpu.max was set to {share} and holds {held}.");
        }
    }
}
