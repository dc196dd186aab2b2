using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Project38.Core.Tools.Http.Reading;

/// <summary>The characters of a page, as browsers find them.</summary>
internal static partial class PageText
{
    // The standard looks for <meta charset> no further than this.
    private const int Head = 1024;

    private static readonly Encoding s_western = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>Reads bytes as text: by their mark, by what the server says, by what the page says, as UTF-8.</summary>
    /// <exception cref="ToolException">It is no text, or too much.</exception>
    public static string Of(WebAnswer answer)
    {
        var type = answer.Headers.GetValueOrDefault("content-type");
        if (!MayBeText(type))
        {
            throw new ToolException($"{Shown(answer.Url)} is no page to be read: it is {Shown(type!)}.");
        }

        var (encoding, mark) = Find(answer.Body, type);
        var text = encoding.GetString(answer.Body.AsSpan(mark));
        return text.Length <= ReadingBudget.MostCharacters
            ? text
            : throw new ToolException(
                $"The page has more than {ReadingBudget.MostCharacters:N0} characters, and is not read."
            );
    }

    private static (Encoding Encoding, int Mark) Find(ReadOnlySpan<byte> body, string? type)
    {
        if (body.StartsWith(Encoding.UTF8.Preamble))
        {
            return (Encoding.UTF8, 3);
        }

        if (body.StartsWith(Encoding.Unicode.Preamble) || body.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            return (body[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode, 2);
        }

        var named = MediaTypeHeaderValue.TryParse(type, out var parsed) ? Named(parsed.CharSet?.Trim('"', '\'')) : null;
        named ??= InPage(Encoding.Latin1.GetString(body[..Math.Min(body.Length, Head)]));
        return (named ?? (Utf8.IsValid(body) ? Encoding.UTF8 : s_western), 0);
    }

    private static Encoding? InPage(string head)
    {
        var named = Named(Declared.Match(head) is { Success: true } found ? found.Groups["name"].Value : null);
        // It was read as single bytes, so it cannot be what it says.
        return named is UnicodeEncoding ? Encoding.UTF8 : named;
    }

    private static Encoding? Named(string? name)
    {
        if (name is not { Length: > 0 and < 40 })
        {
            return null;
        }

        // Browsers read Latin 1 and ASCII as the Western European code page, which is more.
        if (name.ToLowerInvariant() is "iso-8859-1" or "latin1" or "us-ascii" or "ascii")
        {
            return s_western;
        }

        try
        {
            // Hebrew logical order: the code page alone would be asked for by another name.
            var known = name.Equals("iso-8859-8-i", StringComparison.OrdinalIgnoreCase) ? "iso-8859-8" : name;
            return CodePagesEncodingProvider.Instance.GetEncoding(known) ?? Encoding.GetEncoding(known);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool MayBeText(string? type) =>
        type is null
        || !MediaTypeHeaderValue.TryParse(type, out var parsed)
        || parsed.MediaType is not { } media
        || media.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || media.Contains("html", StringComparison.OrdinalIgnoreCase)
        || media.Contains("xml", StringComparison.OrdinalIgnoreCase)
        || media.Contains("json", StringComparison.OrdinalIgnoreCase)
        || media.Contains("rss", StringComparison.OrdinalIgnoreCase);

    private static string Shown(string text) => text.Length <= 200 ? text : text[..200] + "…";

    // <meta charset="…">, <meta http-equiv … content="…; charset=…"> and <?xml encoding="…"?>.
    [GeneratedRegex(
        """(?:<meta[^>]*?charset\s*=\s*["']?\s*|<\?xml[^>]*?encoding\s*=\s*["'])(?<name>[a-z0-9_:.-]{2,40})""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Declared { get; }
}
