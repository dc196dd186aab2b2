using Project38.Contracts;

namespace Project38.Cli.Output;

/// <summary>What differs between two versions, as it is shown.</summary>
internal static class Diffs
{
    /// <summary>Part by part, then what it may do more and less.</summary>
    public static void Show(Screen screen, DiffResponse diff)
    {
        string[] parts = [diff.Description, diff.Schedule, diff.Config, diff.Manifest, diff.Code, diff.Tests];
        foreach (var part in parts.Where(part => part.Length > 0))
        {
            foreach (var line in part.TrimEnd('\n').Split('\n'))
            {
                screen.DiffLine(line);
            }
        }
        if (parts.All(part => part.Length == 0))
        {
            screen.Line($"Versions {diff.From} and {diff.To} do not differ.");
        }
        foreach (var grant in diff.GrantsAdded)
        {
            screen.Line($"New: it {grant}.");
        }
        foreach (var grant in diff.GrantsRemoved)
        {
            screen.Line($"No more: it {grant}.");
        }
    }
}
