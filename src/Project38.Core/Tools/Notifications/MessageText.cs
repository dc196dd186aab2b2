using System.Text;

namespace Project38.Core.Tools.Notifications;

/// <summary>What an agent wrote, made fit to be shown: nothing in it can move a cursor or turn text around.</summary>
internal static class MessageText
{
    public const int MaxTitle = 200;
    private const int MaxTextBytes = 16 * 1024;

    /// <summary>A text of several lines.</summary>
    /// <exception cref="ToolException">It is empty or too large.</exception>
    public static string Body(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > MaxTextBytes)
        {
            throw new ToolException($"A message holds at most 16 KB of text; this one has {bytes:N0} bytes.");
        }

        var clean = Clean(text, lines: true).Trim();
        return clean.Length > 0 ? clean : throw new ToolException("A message needs a text.");
    }

    /// <summary>One line; may be empty.</summary>
    /// <exception cref="ToolException">It is too long.</exception>
    public static string Title(string title) => Line(title, "title", MaxTitle);

    /// <summary>One line of another kind; may be empty.</summary>
    /// <exception cref="ToolException">It is too long.</exception>
    public static string Line(string line, string kind, int most)
    {
        var clean = Clean(line, lines: false).Trim();
        return clean.Length <= most
            ? clean
            : throw new ToolException($"A {kind} holds at most {most} characters; this one has {clean.Length}.");
    }

    private static string Clean(string text, bool lines)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text.Replace("\r\n", "\n"))
        {
            if (c is '\n' or '\t')
            {
                _ = clean.Append(lines ? c : ' ');
            }
            else if (!IsDirection(c))
            {
                _ = clean.Append(char.IsControl(c) ? '\uFFFD' : c);
            }
        }

        return clean.ToString();
    }

    // Embeddings, overrides and isolates reach beyond themselves and can make a text read as another. The marks
    // U+200E and U+200F, which Hebrew needs beside numbers, cannot.
    private static bool IsDirection(char c) => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
