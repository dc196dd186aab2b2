namespace Project38.Cli.Output;

/// <summary>Breaks a line for a narrow terminal.</summary>
internal static class Wrap
{
    /// <summary>Breaks between words; a word that is too long for a line of its own is broken inside.</summary>
    /// <param name="width">The most characters a line may have; at least one is taken.</param>
    /// <param name="line">Text without line breaks.</param>
    /// <returns>At least one line.</returns>
    public static IEnumerable<string> At(int width, string line)
    {
        width = Math.Max(1, width);
        var rest = line;
        while (rest.Length > width)
        {
            var space = rest.LastIndexOf(' ', width);
            var end = space > 0 ? space : width;
            yield return rest[..end];
            rest = rest[end..].TrimStart(' ');
        }
        yield return rest;
    }
}
