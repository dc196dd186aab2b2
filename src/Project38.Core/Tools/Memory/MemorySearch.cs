using System.Text;

namespace Project38.Core.Tools.Memory;

/// <summary>Something an agent left behind.</summary>
/// <param name="Source"><c>observation</c>, <c>action</c>, <c>summary</c> or <c>file</c>.</param>
/// <param name="Run">Number of the run that left it; null for a file.</param>
/// <param name="At">When it was noted, or the file was written.</param>
/// <param name="Path">Of the file; null where it is none.</param>
/// <param name="Text">All of it.</param>
internal sealed record MemoryEntry(string Source, int? Run, DateTimeOffset At, string? Path, string Text);

/// <summary>Finds what has most of the words of a query, the newest first among equals.</summary>
internal sealed class MemorySearch
{
    private const int MostWords = 20;
    private const int ExcerptBefore = 100;
    private const int ExcerptLength = 400;

    private readonly string[] _words;
    private readonly int _limit;
    private readonly PriorityQueue<MemoryEntry, (int Words, DateTimeOffset At)> _found = new();

    /// <summary>A search.</summary>
    /// <param name="query">Words, in any order; signs part them.</param>
    /// <param name="limit">The most to be found.</param>
    /// <exception cref="ToolException">There is no word in it.</exception>
    public MemorySearch(string query, int limit)
    {
        _words = [.. Words(query).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostWords)];
        _limit = limit;
        if (_words.Length == 0)
        {
            throw new ToolException("memory.search: 'query' has no word in it.");
        }
    }

    /// <summary>Looks at one.</summary>
    public void Add(MemoryEntry entry)
    {
        var words = _words.Count(word => entry.Text.Contains(word, StringComparison.OrdinalIgnoreCase));
        if (words == 0)
        {
            return;
        }

        _found.Enqueue(entry, (words, entry.At));
        if (_found.Count > _limit)
        {
            // The one with the fewest words, and of those the oldest.
            _found.Dequeue();
        }
    }

    /// <summary>What was found, the best first, each cut to where the first of its words stands.</summary>
    public IEnumerable<MemoryEntry> Best()
    {
        var best = new List<MemoryEntry>();
        while (_found.TryDequeue(out var entry, out _))
        {
            best.Add(entry with { Text = Excerpt(entry.Text) });
        }
        best.Reverse();
        return best;
    }

    private string Excerpt(string text)
    {
        if (text.Length <= ExcerptLength)
        {
            return text;
        }

        var first = _words
            .Select(word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase))
            .Where(place => place >= 0)
            .Min();
        var from = Whole(Math.Clamp(first - ExcerptBefore, 0, text.Length - ExcerptLength));
        var to = Whole(from + ExcerptLength);
        return $"{(from > 0 ? "…" : "")}{text[from..to]}{(to < text.Length ? "…" : "")}";

        // Never between the two halves of a character.
        int Whole(int place) =>
            place > 0 && place < text.Length && char.IsLowSurrogate(text[place]) ? place - 1 : place;
    }

    private static IEnumerable<string> Words(string query)
    {
        var word = new StringBuilder();
        foreach (var rune in query.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                word.Append(rune);
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }
}
