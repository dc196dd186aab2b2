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

    /// <summary>Of the program, as the list of nodes shows it. Default: empty.</summary>
    public string Version { get; set; } = "";
}
