namespace Project38.Contracts;

/// <summary>What a person may have meant.</summary>
internal static class Nearest
{
    private const int Most = 3;

    /// <summary>The words that come near or hold this one, nearest first, at most three.</summary>
    public static IReadOnlyList<T> Among<T>(string word, IEnumerable<T> all, Func<T, string> nameOf) =>
        [
            .. all.Select(one => (one, Distance: Between(word, nameOf(one))))
                .Where(pair =>
                    pair.Distance <= Math.Max(word.Length > 3 ? 2 : 1, word.Length / 3)
                    || nameOf(pair.one).Contains(word, StringComparison.OrdinalIgnoreCase)
                )
                .OrderBy(pair => pair.Distance)
                .Take(Most)
                .Select(pair => pair.one),
        ];

    /// <summary>For example <c> Did you mean 'list'?</c>, with the blank before it; empty when nothing comes near.</summary>
    public static string Among(string word, IEnumerable<string> all) =>
        Question([.. Among(word, all, one => one).Select(one => $"'{one}'")]);

    /// <summary>The question about words as they are shown; empty when there are none.</summary>
    public static string Question(IReadOnlyList<string> shown) =>
        shown.Count > 0 ? $" Did you mean {string.Join(" or ", shown)}?" : "";

    private static int Between(string one, string other) =>
        EditDistance.Between(one.ToLowerInvariant(), other.ToLowerInvariant());
}
