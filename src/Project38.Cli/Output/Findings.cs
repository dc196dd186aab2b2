using Project38.Contracts;

namespace Project38.Cli.Output;

/// <summary>Findings as compilers print them, so that editors can jump to them.</summary>
internal static class Findings
{
    /// <summary><c>file:line: severity rule message</c>.</summary>
    public static string Line(FindingResponse finding, string? file = null) =>
        $"{file ?? finding.File}:{finding.Line ?? 1}: {finding.Severity} {finding.Rule} {finding.Message}";
}
