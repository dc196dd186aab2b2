using Project38.Contracts;

namespace Project38.Cli.Output;

/// <summary>Findings as compilers print them, so that editors can jump to them.</summary>
internal static class Findings
{
    private const int MostLines = 20;
    private const int MostCharacters = 500;

    /// <summary><c>file:line: severity rule message</c>; what follows of a longer message, such as a traceback, indented.</summary>
    public static IEnumerable<string> Lines(FindingResponse finding, string? file = null)
    {
        var message = finding.Message.TrimEnd().ReplaceLineEndings("\n").Split('\n');
        yield return Cut($"{file ?? finding.File}:{finding.Line ?? 1}: {finding.Severity} {finding.Rule} {message[0]}");

        // The end of a traceback says what went wrong.
        var rest = message[1..];
        var skipped = Math.Max(0, rest.Length - MostLines);
        if (skipped > 0)
        {
            yield return $"    … {skipped} lines";
        }
        foreach (var line in rest[skipped..])
        {
            yield return Cut($"    {line}");
        }
    }

    private static string Cut(string line) => line.Length <= MostCharacters ? line : line[..MostCharacters] + "…";
}
