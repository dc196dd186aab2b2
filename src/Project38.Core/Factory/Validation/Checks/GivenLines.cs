namespace Project38.Core.Factory.Validation.Checks;

/// <summary>
/// Findings are those of the tidied text, which is what will run; their lines are those of the text as it was given,
/// which is what its author has before him.
/// </summary>
internal static class GivenLines
{
    /// <summary>Gives each finding the line of its twin in the text as given.</summary>
    /// <param name="tidied">What is left in the tidied text.</param>
    /// <param name="given">What the same check says of the text as given.</param>
    /// <returns>All of <paramref name="tidied"/>. What tidying itself brought about has no twin, and keeps its line.</returns>
    public static IReadOnlyList<Finding> Restore(IReadOnlyList<Finding> tidied, IReadOnlyList<Finding> given)
    {
        // First by every word, for sorted imports change places; then by rule, for some messages name lines themselves.
        var (exact, others) = Pair(tidied, given, finding => (finding.File, finding.Rule, finding.Message));
        var taken = new HashSet<Finding>(exact.Values, ReferenceEqualityComparer.Instance);
        var twins = given.Where(finding => !taken.Contains(finding));
        var (alike, _) = Pair(others, twins, finding => (finding.File, finding.Rule, ""));
        return
        [
            .. tidied.Select(finding =>
                exact.TryGetValue(finding, out var twin) || alike.TryGetValue(finding, out twin)
                    ? finding with
                    {
                        Line = twin.Line,
                    }
                    : finding
            ),
        ];
    }

    private static (Dictionary<Finding, Finding> Pairs, List<Finding> Others) Pair(
        IEnumerable<Finding> tidied,
        IEnumerable<Finding> given,
        Func<Finding, (string, string, string)> key
    )
    {
        var twins = given
            .OrderBy(finding => finding.Line)
            .GroupBy(key)
            .ToDictionary(same => same.Key, same => new Queue<Finding>(same));
        var pairs = new Dictionary<Finding, Finding>(ReferenceEqualityComparer.Instance);
        var others = new List<Finding>();
        foreach (var finding in tidied.OrderBy(finding => finding.Line))
        {
            if (twins.TryGetValue(key(finding), out var queue) && queue.TryDequeue(out var twin))
            {
                pairs.Add(finding, twin);
            }
            else
            {
                others.Add(finding);
            }
        }
        return (pairs, others);
    }
}
