namespace Project38.Core.Handoffs;

/// <summary>How long and how much runs remember.</summary>
public sealed class HandoffOptions
{
    /// <summary>
    /// How long a handoff lives after the latest run. Default: 400 days, so that an agent that runs once a year still
    /// remembers. After that the agent begins anew; the history stays.
    /// </summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromDays(400);
}

/// <summary>How large a handoff may be.</summary>
public static class HandoffLimits
{
    /// <summary>Size of what is handed on, as JSON, in bytes.</summary>
    public const int ViewBytes = 64 * 1024;

    /// <summary>
    /// Size of a state, as JSON, in bytes: what leaves room for a summary and the newest entry. A larger one is handed
    /// on whole all the same, with no more than <see cref="ViewBytes"/> - <see cref="StateBytes"/> beside it.
    /// </summary>
    public const int StateBytes = 56 * 1024;

    /// <summary>Length of one text in what is handed on, in bytes of JSON; the history has it whole.</summary>
    public const int TextBytes = 2 * 1024;

    /// <summary>Length of the agent's own summary in what is handed on, in bytes of JSON; the history has it whole.</summary>
    public const int SummaryBytes = 3 * 1024;
}
