namespace Project38.Drills;

/// <summary>What a storm does to the nodes of one database while their agents fire.</summary>
public sealed record StormPlan
{
    /// <summary>Agents, each of which fires every second.</summary>
    public int Agents { get; init; } = 20;

    /// <summary>Fires, of all agents together, before the storm may end.</summary>
    public int Fires { get; init; } = 200;

    /// <summary>Nodes that tick and run at any time. SQLite has one.</summary>
    public int Nodes { get; init; } = 4;

    /// <summary>Nodes killed (<c>kill -9</c>) and started anew.</summary>
    public int Kills { get; init; }

    /// <summary>Nodes stopped (SIGSTOP) for longer than a lease, and gone on with.</summary>
    public int Freezes { get; init; }

    /// <summary>Nodes stopped by SIGTERM, which drain, and started anew; one after another, as a deploy does.</summary>
    public int Rollings { get; init; }

    /// <summary>Restarts of the database, without a farewell to anybody.</summary>
    public int Restarts { get; init; }

    /// <summary>How wrong the nodes' clocks are, each by another amount: from minus to plus this.</summary>
    public TimeSpan ClockShift { get; init; }

    /// <summary>Of what happens when.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long a claim holds without a heartbeat.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(5);
}
