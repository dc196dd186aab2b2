namespace Project38.Core.Tools.Registry;

/// <summary>
/// What a tool brings together with others: an agent that holds all three can be talked by what it reads into sending away what
/// it knows ("the lethal trifecta", Simon Willison, 2025).
/// </summary>
[Flags]
public enum ToolRisk
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>It reads what is not for everybody: files, notes of runs, an account.</summary>
    PrivateData = 1,

    /// <summary>It reads what strangers wrote: pages, messages.</summary>
    UntrustedContent = 2,

    /// <summary>It can send something to where others read it.</summary>
    WayOut = 4,

    /// <summary>All three.</summary>
    All = PrivateData | UntrustedContent | WayOut,
}
