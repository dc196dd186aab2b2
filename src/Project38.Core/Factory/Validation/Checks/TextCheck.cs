using System.Text;

namespace Project38.Core.Factory.Validation.Checks;

/// <summary>Whether the files are text of a bearable size, before anything else reads them.</summary>
internal static class TextCheck
{
    /// <summary>A program has at most this many bytes; the runner holds the same bound.</summary>
    public const int MaxBytes = 128 * 1024;

    /// <summary>Looks at both files. Where anything is found, the other checks would only say the same again, at a price.</summary>
    public static IReadOnlyList<Finding> Find(Candidate candidate) =>
        [.. candidate.Files.Select(file => Check(file.Name, file.Text)).OfType<Finding>()];

    private static Finding? Check(string name, string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > MaxBytes)
        {
            return Error(
                "size",
                null,
                $"It has {bytes:N0} bytes; {MaxBytes:N0} are the most. Keep data in files of the workspace."
            );
        }
        if (string.IsNullOrWhiteSpace(text))
        {
            return Error("syntax", null, "It is empty.");
        }

        var bad = text.AsSpan().IndexOfAny('\0', '\uFFFD');
        if (bad >= 0)
        {
            return text[bad] == '\0'
                ? Error("syntax", Line(text, bad), "There is a null byte in it. Is it a text file?")
                : Error("encoding", Line(text, bad), "There are bytes in it that are not UTF-8. Save it as UTF-8.");
        }
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                at++;
            }
            else if (char.IsSurrogate(text[at]))
            {
                return Error("encoding", Line(text, at), "Half a character stands here, which UTF-8 does not have.");
            }
        }
        return null;

        Finding Error(string rule, int? line, string message) => new(rule, FindingSeverity.Error, line, message, name);
    }

    private static int Line(string text, int at) => 1 + text.AsSpan(0, at).Count('\n');
}
