namespace Project38.Core.Tools;

/// <summary>Why a call was not answered with a value: the gate that it did not pass, or what became of it behind them.</summary>
public static class ToolErrorClass
{
    /// <summary>No tool has that name.</summary>
    public const string UnknownTool = "unknown_tool";

    /// <summary>The tool is not granted to the agent.</summary>
    public const string NotGranted = "not_granted";

    /// <summary>The run no longer owns its task.</summary>
    public const string Lost = "lost";

    /// <summary>It came too fast, or too often.</summary>
    public const string Rate = "rate";

    /// <summary>It could have cost more than is left.</summary>
    public const string Budget = "budget";

    /// <summary>Its arguments are not the tool's.</summary>
    public const string Arguments = "arguments";

    /// <summary>It led where the grant does not.</summary>
    public const string Egress = "egress";

    /// <summary>The tool refused it.</summary>
    public const string Refused = "refused";

    /// <summary>The tool was called and did not work.</summary>
    public const string Failed = "failed";

    /// <summary>It took longer than the agent's config lets it.</summary>
    public const string TimedOut = "timed_out";

    /// <summary>It was given up before it ended.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>It came after the run had ended: it asked a person, or did something else than when it was executed before.</summary>
    public const string Ended = "ended";

    /// <summary>The platform is at fault.</summary>
    public const string Fault = "fault";
}
