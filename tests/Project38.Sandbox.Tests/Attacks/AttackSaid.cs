namespace Project38.Sandbox.Tests.Attacks;

/// <summary>What an attack said.</summary>
/// <param name="GotIn">The attempts that worked.</param>
/// <param name="KeptOut">Those that did not.</param>
/// <param name="Last">Its last line: <c>done</c> when it has made all its attempts, <c>staying</c> when it does not end.</param>
internal sealed record AttackSaid(IReadOnlyList<string> GotIn, IReadOnlyList<string> KeptOut, string Last)
{
    public static AttackSaid Read(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new AttackSaid(Names(lines, "got in: "), Names(lines, "kept out: "), lines.LastOrDefault(""));
    }

    private static List<string> Names(IEnumerable<string> lines, string start) =>
        [
            .. lines
                .Where(line => line.StartsWith(start, StringComparison.Ordinal))
                .Select(line => line[start.Length..].Split(": ")[0]),
        ];
}
