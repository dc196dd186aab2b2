namespace Project38.Core.Harness;

/// <summary>Which duties this process takes. Section <c>Harness</c>.</summary>
public sealed class HarnessOptions
{
    /// <summary>Whether it turns due schedules into tasks. Default: true.</summary>
    public bool Scheduler { get; set; } = true;

    /// <summary>Whether it runs tasks. Default: true.</summary>
    public bool Worker { get; set; } = true;

    /// <summary>
    /// Whether it leaves overdue work alone and runs only what was started by hand after it started itself: the embedded
    /// server of a verb. Default: false.
    /// </summary>
    public bool Embedded { get; set; }

    /// <summary>What its worker is labelled with; agents ask for it by <c>labels</c>. Default: nothing.</summary>
    public string[] Labels { get; set; } = [];

    /// <summary>
    /// A direct connection to PostgreSQL, on which other nodes' news arrive: not one through a pooler of transactions.
    /// Default: null, nobody listens, and the polls find it.
    /// </summary>
    public string? ListenUrl { get; set; }

    /// <summary>Of the program, as the list of nodes shows it. Default: empty.</summary>
    public string Version { get; set; } = "";
}
