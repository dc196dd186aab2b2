using System.ComponentModel.DataAnnotations;

namespace Project38.Core.Factory;

/// <summary>What the factory needs of the machine, and how far its checks may go.</summary>
public sealed class FactoryOptions
{
    /// <summary>The folder with ruff's sidecar. Default: <c>runtime/ruff</c> beside the program.</summary>
    [Required]
    public string RuffFolder { get; set; } = Path.Combine(AppContext.BaseDirectory, "runtime", "ruff");

    /// <summary>The program that runs the sidecar. Default: <c>node</c>, found on PATH.</summary>
    [Required]
    public string NodePath { get; set; } = "node";

    /// <summary>Where Debian puts pytest and its dependencies. Default: <c>/usr/lib/python3/dist-packages</c>.</summary>
    [Required]
    public string PackagesFolder { get; set; } = "/usr/lib/python3/dist-packages";

    /// <summary>How long one static check may take, in time of the wall. Default: 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a trial may take. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan TrialTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long all sources of a new agent together may take to answer once. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan SourceTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most that the models of one agent's making may cost, in USD. Default: 3.</summary>
    [Range(0, 1000)]
    public decimal Ceiling { get; set; } = 3m;

    /// <summary>Most programs that are written for one agent. Default: 5.</summary>
    [Range(1, 20)]
    public int MaxIterations { get; set; } = 5;

    /// <summary>How long the making of one agent may take before no other program is written. Default: 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "02:00:00")]
    public TimeSpan MakingTimeout { get; set; } = TimeSpan.FromMinutes(10);
}
