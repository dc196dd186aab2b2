using System.Text;
using Project38.Core.Storage;

namespace Project38.Core.Harness;

/// <summary>Makes text that came from an agent fit for the database, and no longer than it may be.</summary>
internal static class StoredText
{
    /// <summary>An inbox title: at most 200 characters.</summary>
    public static string Title(string text) => StorableText.Cut(StorableText.Clean(text), 200);

    /// <summary>An error or an inbox text: at most 16 KB, however many bytes a character needs.</summary>
    public static string Message(string text) => StorableText.Cut(StorableText.Clean(text), 16 * 1024 / 4);

    /// <summary>The end of a log: the last 256 KB of UTF-8.</summary>
    /// <param name="log">The log.</param>
    /// <param name="start">How many bytes stood before it.</param>
    public static string LogTail(string log, out int start)
    {
        const int Kept = 256 * 1024;
        var utf8 = Encoding.UTF8.GetBytes(StorableText.Clean(log));
        start = Math.Max(0, utf8.Length - Kept);
        // Not in the middle of a character: continuation bytes are 10xxxxxx.
        while (start < utf8.Length && (utf8[start] & 0xC0) == 0x80)
        {
            start++;
        }
        return Encoding.UTF8.GetString(utf8.AsSpan(start));
    }
}
