namespace Project38.Core.Agents;

/// <summary>What to do with fires that were due while nothing could run them.</summary>
public enum MisfirePolicy
{
    /// <summary>Run once for all of them.</summary>
    RunOnce,

    /// <summary>Run none of them.</summary>
    Skip,

    /// <summary>Run every one.</summary>
    RunAll,
}

/// <summary>What to do with a fire while a task of the same agent is not finished; a waiting retry counts.</summary>
public enum OverlapPolicy
{
    /// <summary>Leave it out; the ledger says so.</summary>
    Skip,

    /// <summary>Let it wait.</summary>
    Queue,
}

/// <summary>The reserved keys of an agent's config, read and checked. All other keys are the agent's own.</summary>
/// <remarks>The list of reserved keys is DESIGN.md, "An agent's program". Later issues read more of them.</remarks>
public sealed partial record AgentConfig
{
    /// <summary><c>schedule</c> and <c>timezone</c>; null: by hand only.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary><c>timeout</c>, in seconds. Default: 300.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary><c>max_retries</c>: runs after the first that may follow a failure. Default: 3.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary><c>retry_backoff</c>, in seconds: wait before the first retry, doubled each time. Default: 10.</summary>
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>memory_mb</c>. Default: 256.</summary>
    public int MemoryMb { get; init; } = 256;

    /// <summary><c>cpu_percent</c> of one core. Default: 50.</summary>
    public int CpuPercent { get; init; } = 50;

    /// <summary><c>misfire</c>. Default: run once.</summary>
    public MisfirePolicy Misfire { get; init; } = MisfirePolicy.RunOnce;

    /// <summary><c>overlap</c>. Default: skip.</summary>
    public OverlapPolicy Overlap { get; init; } = OverlapPolicy.Skip;

    /// <summary><c>after</c>: agents whose success starts this one. Default: none.</summary>
    public IReadOnlyList<long> After { get; init; } = [];

    /// <summary><c>pause_after</c>: tasks failed in a row after which the platform stops the agent; 0: never. Default: 3.</summary>
    public int PauseAfter { get; init; } = 3;

    /// <summary><c>tools</c>: narrows the grant to these; null: no narrowing.</summary>
    public IReadOnlyList<string>? Tools { get; init; }
}
