using Project38.Sandbox.Native;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>Says in the environment of bubblewrap whose it is, so that the next platform can end what a dead one left.</summary>
/// <remarks>
/// A run dies with its platform, except in one moment: bubblewrap's child waits for a word of its parent at an eventfd that
/// it holds open itself. A parent killed in the millisecond before that word leaves a child that waits for good, and never runs anything.
/// </remarks>
internal static class PlatformMark
{
    private const string Variable = "P38_PLATFORM=";

    /// <summary>This platform's.</summary>
    public static string Own { get; } = Variable + ProcessIdentity.Own;

    /// <summary>Kills what carries the mark of a platform that is gone. Gives how many there were.</summary>
    public static int EndLeftovers() => ProcessHandle.KillAll(IsLeftover);

    private static bool IsOfTheGone(string variable) =>
        variable.StartsWith(Variable, StringComparison.Ordinal) && ProcessIdentity.IsGone(variable[Variable.Length..]);

    private static bool IsLeftover(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Split('\0').Any(IsOfTheGone);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // gone, or another user's
        }
    }
}
