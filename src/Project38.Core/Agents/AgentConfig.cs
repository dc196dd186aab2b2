using Project38.Core.Budgets;

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

/// <summary>A limit that agents share, whichever node they run on: of a service they all ask, for example.</summary>
/// <param name="Key">What they share it by; any text up to <see cref="MaxKey"/> characters.</param>
/// <param name="Limit">How many runs may go on at a time, 1 to <see cref="MaxLimit"/>.</param>
public sealed record Concurrency(string Key, int Limit)
{
    /// <summary>The most characters of a key.</summary>
    public const int MaxKey = 100;

    /// <summary>The highest limit.</summary>
    public const int MaxLimit = 1000;
}

/// <summary>The reserved keys of an agent's config, read and checked. All other keys are the agent's own.</summary>
/// <remarks>The list of reserved keys is DESIGN.md, "An agent's program". Later issues read more of them.</remarks>
public sealed partial record AgentConfig
{
    /// <summary>
    /// <c>schedule</c> and <c>timezone</c>, narrowed by <c>not_before</c>, <c>not_after</c> and <c>skip_dates</c>; null: by hand only.
    /// </summary>
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

    /// <summary><c>python</c>: the Python image with the packages it imports; null: the standard library only. Default: null.</summary>
    public string? Python { get; init; }

    /// <summary><c>misfire</c>. Default: run once.</summary>
    public MisfirePolicy Misfire { get; init; } = MisfirePolicy.RunOnce;

    /// <summary><c>catch_up</c>, in seconds: a fire that is later than this is missed; null: never too late. Default: null.</summary>
    public TimeSpan? CatchUp { get; init; }

    /// <summary><c>overlap</c>. Default: skip.</summary>
    public OverlapPolicy Overlap { get; init; } = OverlapPolicy.Skip;

    /// <summary><c>priority</c>, -100 to 100: of the tasks that are due, those with a higher one are claimed first. Default: 0.</summary>
    public int Priority { get; init; }

    /// <summary><c>labels</c>: only a worker that has all of them runs it; sorted. Default: none, any worker.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary><c>concurrency</c>: how many runs of all agents with a key go on at a time; null: as many as there are.</summary>
    public Concurrency? Concurrency { get; init; }

    /// <summary><c>jitter</c>, in seconds: the longest that a fire waits before it runs. Default: 0.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.Zero;

    /// <summary><c>after</c>: agents whose success starts this one. Default: none.</summary>
    public IReadOnlyList<long> After { get; init; } = [];

    /// <summary><c>pause_after</c>: tasks failed in a row after which the platform stops the agent; 0: never. Default: 3.</summary>
    public int PauseAfter { get; init; } = 3;

    /// <summary><c>record</c>: whether its runs are kept so that they can be executed again without the world. Default: no.</summary>
    public bool Record { get; init; }

    /// <summary>
    /// <c>budget</c>: USD that its tool calls may cost, a number for each month, or <c>per_run</c>, <c>per_day</c> and
    /// <c>per_month</c>. Default: 5 a month.
    /// </summary>
    public AgentBudget Budget { get; init; } = AgentBudget.Default;

    /// <summary><c>tool_limits</c>: how far it may use some of its tools. Default: none of its own.</summary>
    public IReadOnlyList<ToolRule> ToolRules { get; init; } = [];

    /// <summary><c>tools</c>: narrows the grant to these; null: no narrowing.</summary>
    public IReadOnlyList<string>? Tools { get; init; }
}
