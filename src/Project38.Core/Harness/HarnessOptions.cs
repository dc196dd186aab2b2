namespace Project38.Core.Harness;

/// <summary>Which duties this process takes. Section <c>Harness</c>.</summary>
public sealed class HarnessOptions
{
    /// <summary>
    /// Whether this process ticks and runs all that is due. Default: true. False is the embedded server of a
    /// verb: it runs only what was started by hand after it started itself.
    /// </summary>
    public bool Scheduler { get; set; } = true;

    /// <summary>Of the program, as the list of nodes shows it. Default: empty.</summary>
    public string Version { get; set; } = "";
}
