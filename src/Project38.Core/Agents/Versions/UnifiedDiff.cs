using System.Globalization;
using System.Text;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;

namespace Project38.Core.Agents.Versions;

/// <summary>What has to be done to one text to make it another, as <c>patch</c> reads it.</summary>
/// <remarks>Not DiffPlex's own renderer, whose hunks <c>patch</c> refuses in every other text.</remarks>
public static class UnifiedDiff
{
    private const int Context = 3;

    // What differs in every line costs the product of both lengths: 5,000 lines a second or so.
    private const int MostLines = 2_500;

    /// <summary>The difference with three lines around each change; empty when there is none.</summary>
    /// <param name="from">A text; null is empty. How its lines end does not count.</param>
    /// <param name="to">Another.</param>
    /// <param name="fromName">Stands behind <c>---</c>.</param>
    /// <param name="toName">Stands behind <c>+++</c>.</param>
    public static string Of(string? from, string? to, string fromName, string toName)
    {
        var (old, @new) = (Lines(from), Lines(to));
        var hunks = Hunks(Blocks(old, @new));
        if (hunks.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"--- {fromName}\n+++ {toName}\n");
        foreach (var hunk in hunks)
        {
            Append(text, hunk, old, @new);
        }
        return text.ToString();
    }

    private static string[] Lines(string? text) =>
        string.IsNullOrEmpty(text) ? [] : text.TrimEnd('\n').ReplaceLineEndings("\n").Split('\n');

    /// <summary>The changes. What is alike at both ends is left out first, and what is left of very long texts is one change.</summary>
    private static IEnumerable<DiffBlock> Blocks(string[] old, string[] @new)
    {
        var head = old.Zip(@new).TakeWhile(pair => pair.First == pair.Second).Count();
        var tail = old[head..]
            .Reverse()
            .Zip(@new[head..].Reverse())
            .TakeWhile(pair => pair.First == pair.Second)
            .Count();
        var (oldMiddle, newMiddle) = (old[head..^tail], @new[head..^tail]);
        if (oldMiddle.Length == 0 && newMiddle.Length == 0)
        {
            return [];
        }
        if (
            oldMiddle.Length > MostLines
            || newMiddle.Length > MostLines
            || Math.Min(oldMiddle.Length, newMiddle.Length) == 0
        )
        {
            return [new DiffBlock(head, oldMiddle.Length, head, newMiddle.Length)];
        }

        var result = Differ.Instance.CreateDiffs(
            string.Join('\n', oldMiddle),
            string.Join('\n', newMiddle),
            ignoreWhiteSpace: false,
            ignoreCase: false,
            LineChunker.Instance
        );
        return result.DiffBlocks.Select(block => new DiffBlock(
            head + block.DeleteStartA,
            block.DeleteCountA,
            head + block.InsertStartB,
            block.InsertCountB
        ));
    }

    /// <summary>Changes that share lines of context, or touch, are one hunk.</summary>
    private static List<List<DiffBlock>> Hunks(IEnumerable<DiffBlock> blocks)
    {
        var hunks = new List<List<DiffBlock>>();
        foreach (var block in blocks)
        {
            if (hunks is [.., var last] && block.DeleteStartA - EndOf(last[^1]) <= 2 * Context)
            {
                last.Add(block);
            }
            else
            {
                hunks.Add([block]);
            }
        }
        return hunks;
    }

    private static int EndOf(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    private static void Append(StringBuilder text, List<DiffBlock> hunk, string[] old, string[] @new)
    {
        var start = Math.Max(0, hunk[0].DeleteStartA - Context);
        var end = Math.Min(old.Length, EndOf(hunk[^1]) + Context);
        var newStart = hunk[0].InsertStartB - (hunk[0].DeleteStartA - start);
        var newCount = end - start + hunk.Sum(block => block.InsertCountB - block.DeleteCountA);
        text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(start, end - start)} +{Range(newStart, newCount)} @@\n");
        var at = start;
        foreach (var block in hunk)
        {
            Append(text, ' ', old[at..block.DeleteStartA]);
            Append(text, '-', old[block.DeleteStartA..EndOf(block)]);
            Append(text, '+', @new[block.InsertStartB..(block.InsertStartB + block.InsertCountB)]);
            at = EndOf(block);
        }
        Append(text, ' ', old[at..end]);
    }

    // An empty range names the line before it.
    private static string Range(int start, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? start : start + 1)},{count}");

    private static void Append(StringBuilder text, char mark, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            text.Append(mark).Append(line).Append('\n');
        }
    }
}
