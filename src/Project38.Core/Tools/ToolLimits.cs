using System.ComponentModel.DataAnnotations;

namespace Project38.Core.Tools;

/// <summary>What one run's tool session may cost the platform.</summary>
public sealed class ToolLimits
{
    /// <summary>Calls a second, on average. Default: 100.</summary>
    [Range(1, 10_000)]
    public int CallsPerSecond { get; set; } = 100;

    /// <summary>Calls at once before <see cref="CallsPerSecond"/> is felt. Default: 200.</summary>
    [Range(1, 10_000)]
    public int CallBurst { get; set; } = 200;

    /// <summary>Calls of one run, refused ones too. Default: 5,000.</summary>
    [Range(1, 1_000_000)]
    public int CallsPerRun { get; set; } = 5_000;

    /// <summary>
    /// How long a call waits for its answer that comes too fast or too often: whoever tries again at once, sixteen times at a time,
    /// takes nobody else's processor by it. Default: 100 ms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan RefusalPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Messages to people of one run: an inbox that one run fills is read by nobody. Default: 100.</summary>
    [Range(1, 10_000)]
    public int NotificationsPerRun { get; set; } = 100;

    /// <summary>Requests at work at one time. Default: 16.</summary>
    [Range(1, 256)]
    public int InFlight { get; set; } = 16;

    /// <summary>Bytes of one message. Default: 16 MB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MessageBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Bytes of large answers that one session may have at a time, made or not yet read by the agent, and as much again of
    /// large calls. What is more waits. Default: 32 MB.
    /// </summary>
    [Range(1024, long.MaxValue)]
    public long SessionMemoryBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>
    /// Bytes of large answers that all sessions together may have in the making; what is more waits. Making one takes about
    /// six times its size. Default: 128 MB.
    /// </summary>
    [Range(1024, long.MaxValue)]
    public long PlatformMemoryBytes { get; set; } = 128L * 1024 * 1024;

    /// <summary>Bytes of all messages of a run. Default: 256 MB.</summary>
    [Range(1024, long.MaxValue)]
    public long SessionBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Messages of a run, of any kind. Default: 50,000.</summary>
    [Range(1, 10_000_000)]
    public int Messages { get; set; } = 50_000;

    /// <summary>Bytes of all that a run or a trial tells beside its tool calls; it is kept until its end. Default: 16 MB.</summary>
    [Range(1024, 256L * 1024 * 1024)]
    public long ReservedBytes { get; set; } = 16L * 1024 * 1024;

    /// <summary>Lines that are no message before the session ends. Default: 100.</summary>
    [Range(0, 10_000)]
    public int BadLines { get; set; } = 100;

    /// <summary>
    /// Bytes of calls and answers that are kept of a run so that it can be executed again. A run that had more cannot ask a person.
    /// Default: 8 MB.
    /// </summary>
    [Range(1024, 64L * 1024 * 1024)]
    public long RecordBytes { get; set; } = 8L * 1024 * 1024;

    /// <summary>Bytes of arguments kept with all steps of a run; later steps keep none. Default: 1 MB.</summary>
    [Range(0, 64 * 1024 * 1024)]
    public int RecordedArgumentBytes { get; set; } = 1024 * 1024;
}
