namespace Project38.Cli.Output;

/// <summary>Breaks a line for a narrow terminal.</summary>
internal static class Wrap
{
    /// <summary>Breaks between words; a word that is too long for a line of its own is broken inside.</summary>
    /// <param name="width">The most cells a line may take; at least one character is taken.</param>
    /// <param name="line">Text without line breaks.</param>
    /// <returns>At least one line.</returns>
    public static IEnumerable<string> At(int width, string line)
    {
        width = Math.Max(2, width); // the widest character there is
        var rest = line;
        while (Cells.Of(rest) > width)
        {
            var fits = Cells.Beginning(rest, width).Length;
            var space = rest.LastIndexOf(' ', Math.Min(fits, rest.Length - 1));
            var end = space > 0 && rest[..space].Trim().Length > 0 ? space : fits;
            yield return rest[..end];
            rest = rest[end..].TrimStart(' ');
        }
        yield return rest;
    }
}
