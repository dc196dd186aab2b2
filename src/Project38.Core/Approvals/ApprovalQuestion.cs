namespace Project38.Core.Approvals;

/// <summary>What an agent asks a person.</summary>
/// <param name="Text">One line, at most <see cref="MaxText"/> characters.</param>
/// <param name="Details">What there is to know before one answers, at most 16 KB; null: nothing more.</param>
/// <param name="ExpiresAfter">How long the question stands. Nobody's answer by then is a no.</param>
public sealed record ApprovalQuestion(string Text, string? Details, TimeSpan ExpiresAfter)
{
    /// <summary>The most characters of a question.</summary>
    public const int MaxText = 500;

    /// <summary>The most characters of what a person says to it.</summary>
    public const int MaxNote = 1000;

    /// <summary>The most questions of one agent that nobody has answered.</summary>
    public const int MostOpen = 20;

    /// <summary>The most questions of one run, with all that it asked before it was executed again.</summary>
    public const int MostPerRun = 20;

    /// <summary>The shortest time a question may stand: nobody answers sooner.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>The longest.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);
}
