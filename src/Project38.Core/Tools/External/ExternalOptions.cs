using System.ComponentModel.DataAnnotations;

namespace Project38.Core.Tools.External;

/// <summary>What tool servers may cost the node, and how much of them is listened to.</summary>
public sealed class ExternalOptions
{
    /// <summary>The longest time one call may take, the start of its server not included. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest time until a server has said which tools it has. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of one message of a server. Default: 2 MB.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MessageBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>Messages of a server in one connection, answers included. Default: 20,000.</summary>
    [Range(10, 10_000_000)]
    public int Messages { get; set; } = 20_000;

    /// <summary>Bytes of one call's arguments. Default: 256 KB.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int ArgumentBytes { get; set; } = 256 * 1024;

    /// <summary>Bytes of all that a program says in one run. Default: 64 MB.</summary>
    [Range(1024, 1024L * 1024 * 1024)]
    public long OutputBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Levels of objects and lists in arguments and answers. Default: 32.</summary>
    [Range(1, 40)]
    public int Depth { get; set; } = 32;

    /// <summary>How often one run may start or connect to a server, which may have ended. Default: 5.</summary>
    [Range(1, 100)]
    public int StartsPerRun { get; set; } = 5;

    /// <summary>How often one run asks a server for its tools, which may say again and again that they are others. Default: 50.</summary>
    [Range(1, 10_000)]
    public int LooksPerRun { get; set; } = 50;

    /// <summary>Memory of one program with all that it starts, in bytes. Default: 512 MB.</summary>
    [Range(16L * 1024 * 1024, 64L * 1024 * 1024 * 1024)]
    public long MemoryBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Share of one core that one program has at most, in percent. Default: 100.</summary>
    [Range(1, 6400)]
    public int CpuPercent { get; set; } = 100;

    /// <summary>Processes and threads of one program. Default: 64.</summary>
    [Range(4, 4096)]
    public int Processes { get; set; } = 64;

    /// <summary>The longest time one program runs, whatever its run does. Default: 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan LongestLife { get; set; } = TimeSpan.FromDays(1);
}
