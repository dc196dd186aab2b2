using System.ComponentModel.DataAnnotations;

namespace Project38.Core.Tools.Browser;

/// <summary>The browser of agents: where it is, and what each of them may cost the node.</summary>
public sealed class BrowserOptions
{
    /// <summary>Chromium's program itself, not a script that starts it. Default: <c>/usr/lib/chromium/chromium</c>, Debian's.</summary>
    [Required]
    public string ChromiumPath { get; set; } = "/usr/lib/chromium/chromium";

    /// <summary>Node, below <c>/usr</c>, which runs the driver. Default: <c>/usr/bin/node</c>.</summary>
    [Required]
    public string NodePath { get; set; } = "/usr/bin/node";

    /// <summary>
    /// The folder that holds <c>.playwright/package</c>. Default: <c>runtime/playwright</c> beside the program.
    /// </summary>
    [Required]
    public string DriverFolder { get; set; } = Path.Combine(AppContext.BaseDirectory, "runtime", "playwright");

    /// <summary>Browsers at one time on this node, one for each run that uses one; others wait. Default: 2.</summary>
    [Range(1, 64)]
    public int AtOnce { get; set; } = 2;

    /// <summary>Memory of one browser with its driver, in bytes. Default: 1 GB.</summary>
    [Range(256L * 1024 * 1024, 64L * 1024 * 1024 * 1024)]
    public long MemoryBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>Share of one core that one browser has at most, in percent. Default: 200.</summary>
    [Range(10, 6400)]
    public int CpuPercent { get; set; } = 200;

    /// <summary>The longest time one call may take, the start of the browser included. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan MaxTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a browser may take to start. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an action waits for what it set off: requests, and the page they lead to. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan SettleTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Pages of one run at one time, popups too; more are closed as they open. Default: 5.</summary>
    [Range(1, 50)]
    public int Pages { get; set; } = 5;

    /// <summary>Characters of one answer of text, table or snapshot; what is more is cut off. Default: 200,000.</summary>
    [Range(1_000, 5_000_000)]
    public int TextCharacters { get; set; } = 200_000;

    /// <summary>Bytes that all pages of one browser may load and send together; a run whose browser ended begins anew. Default: 256 MB.</summary>
    [Range(1024L * 1024, 64L * 1024 * 1024 * 1024)]
    public long TrafficBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Connections of one run's pages at one time. Default: 64.</summary>
    [Range(4, 1024)]
    public int Connections { get; set; } = 64;

    /// <summary>How long a connection may be silent. Default: 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Silence { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often the same action may be done while the page does not change. Default: 5.</summary>
    [Range(1, 1_000)]
    public int SameActions { get; set; } = 5;

    /// <summary>What is missing here, and how to get it; null: nothing.</summary>
    public string? WhyNot() =>
        !File.Exists(ChromiumPath)
            ? $"Chromium is missing at {ChromiumPath}. A person can install the package chromium (apt-get install chromium)."
        : !File.Exists(NodePath)
            ? $"Node is missing at {NodePath}. A person can install the package nodejs (apt-get install nodejs)."
        : !Directory.Exists(Path.Combine(DriverFolder, ".playwright", "package"))
            ? $"Its driver is missing at {DriverFolder}: this copy of the platform is not whole."
        : null;
}
