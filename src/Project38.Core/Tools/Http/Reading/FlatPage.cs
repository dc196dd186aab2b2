using AngleSharp.Dom;

namespace Project38.Core.Tools.Http.Reading;

/// <summary>The elements of a page in a row, with where each one stands.</summary>
internal sealed class FlatPage
{
    private readonly ReadingBudget _budget;
    private readonly int[] _parents;
    private readonly int[] _previous;

    public FlatPage(HtmlPage page)
    {
        _budget = page.Budget;
        Elements = [.. page.Document.All];
        _parents = new int[Elements.Length];
        _previous = new int[Elements.Length];
        var places = new Dictionary<IElement, int>(Elements.Length, ReferenceEqualityComparer.Instance);
        var last = new int[Elements.Length + 1];
        Array.Fill(last, -1);
        for (var at = 0; at < Elements.Length; at++)
        {
            _budget.Step();
            places[Elements[at]] = at;
            var parent = Elements[at].ParentElement is { } above ? places[above] : -1;
            _parents[at] = parent;
            _previous[at] = last[parent + 1];
            last[parent + 1] = at;
        }
    }

    /// <summary>In the order of the page.</summary>
    public IElement[] Elements { get; }

    /// <summary>Those that have something by themselves.</summary>
    public bool[] Where(Func<IElement, bool> has) =>
        Array.ConvertAll(
            Elements,
            element =>
            {
                _budget.Step();
                return has(element);
            }
        );

    /// <summary>Those that a combinator leads to from one of these.</summary>
    public bool[] Reach(bool[] from, string combinator)
    {
        var reached = new bool[from.Length];
        var near = combinator is "" or ">" ? _parents : _previous;
        var farther = combinator is "" or "~";
        for (var at = 0; at < from.Length; at++)
        {
            _budget.Step();
            // Parents and earlier siblings come first, so what is known of them is known of all before them.
            reached[at] = near[at] >= 0 && (from[near[at]] || (farther && reached[near[at]]));
        }

        return reached;
    }

    /// <summary>Those whose place among their siblings is one of some; the first is 1. The root has none: it is nobody's child.</summary>
    public bool[] Places(bool last, bool ofType, Func<int, bool> isThere)
    {
        var found = new bool[Elements.Length];
        var counts = new Dictionary<(int Parent, string Type), int>();
        for (var i = 0; i < found.Length; i++)
        {
            _budget.Step();
            var at = last ? found.Length - 1 - i : i;
            var key = (_parents[at], ofType ? Elements[at].LocalName : "");
            found[at] = isThere(counts[key] = counts.GetValueOrDefault(key) + 1) && _parents[at] >= 0;
        }

        return found;
    }

    /// <summary>In both; the first becomes the answer.</summary>
    public static bool[] And(bool[] one, bool[] other)
    {
        for (var at = 0; at < one.Length; at++)
        {
            one[at] &= other[at];
        }

        return one;
    }

    /// <summary>In either; the first becomes the answer.</summary>
    public static bool[] Or(bool[] one, bool[] other)
    {
        for (var at = 0; at < one.Length; at++)
        {
            one[at] |= other[at];
        }

        return one;
    }
}
