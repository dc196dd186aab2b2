namespace Project38.Core.Factory.Generation.Sentences;

/// <summary>A phrase with places for values, matched against neighbouring tokens.</summary>
/// <remarks>
/// Written as words with a space between: <c>a|b</c> is either word, <c>x?</c> may be left out, and
/// <c>&lt;number&gt;</c> is a value that a <see cref="Slot"/> reads. Words are lower case; matching is not cut short:
/// of all ways to match, the longest counts.
/// </remarks>
internal sealed class Pattern
{
    private readonly Element[] _elements;

    // Most patterns begin nowhere in a sentence: one look-up says so. Null: it may begin with a value.
    private readonly HashSet<string>? _firsts;

    private Pattern(Element[] elements)
    {
        _elements = elements;
        var required = Array.FindIndex(elements, element => !element.Optional);
        var first = elements[..(required < 0 ? elements.Length : required + 1)];
        _firsts = Array.Exists(first, element => element.Slot is not null)
            ? null
            : [.. first.SelectMany(element => element.Words)];
    }

    public static implicit operator Pattern(string text) => Of(text);

    public static Pattern Of(string text) => new([.. text.Split(' ').Select(Element.Of)]);

    /// <summary>The longest match that begins at a token, or null.</summary>
    public PatternMatch? At(IReadOnlyList<Token> tokens, int index)
    {
        if (index >= tokens.Count || (_firsts is not null && !tokens[index].IsAny(_firsts)))
        {
            return null;
        }

        var (end, values) = Match(tokens, index, element: 0);
        return end > index ? new PatternMatch([.. tokens.Skip(index).Take(end - index)], values!) : null;
    }

    private (int End, ValueList? Values) Match(IReadOnlyList<Token> tokens, int index, int element)
    {
        if (element == _elements.Length)
        {
            return (index, ValueList.Empty);
        }

        var current = _elements[element];
        var best = (End: -1, Values: (ValueList?)null);
        if (current.At(tokens, index) is { } read)
        {
            var rest = Match(tokens, index + read.Length, element + 1);
            best = rest.End < 0 || read.Value is null ? rest : (rest.End, rest.Values!.With(current.Slot!, read.Value));
        }
        if (current.Optional)
        {
            var rest = Match(tokens, index, element + 1);
            best = rest.End > best.End ? rest : best;
        }
        return best;
    }

    private sealed record Element(HashSet<string> Words, Slot? Slot, bool Optional)
    {
        public static Element Of(string text)
        {
            var optional = text.EndsWith('?');
            var bare = optional ? text[..^1] : text;
            return bare is ['<', _, .., '>']
                ? new Element([], Sentences.Slot.Named(bare[1..^1]), optional)
                : new Element([.. bare.Split('|')], null, optional);
        }

        public (object? Value, int Length)? At(IReadOnlyList<Token> tokens, int index)
        {
            if (index >= tokens.Count)
            {
                return null;
            }
            if (Slot is not null)
            {
                return Slot.Read(tokens, index) is { } read ? (read.Value, read.Length) : null;
            }
            return tokens[index].IsAny(Words) ? (null, 1) : null;
        }
    }
}

/// <summary>What a pattern matched, and the values in it.</summary>
internal sealed record PatternMatch(IReadOnlyList<Token> Tokens, ValueList Values)
{
    /// <summary>How many tokens.</summary>
    public int Length => Tokens.Count;

    /// <summary>The words, as the user wrote them.</summary>
    public string Text => Words.Quote(Tokens);

    /// <summary>Whether the last word is an English plural, as in "on Mondays".</summary>
    public bool Plural => Tokens[^1].Text.EndsWith("days", StringComparison.OrdinalIgnoreCase);

    /// <summary>The first value of a slot, or the type's default when the slot was left out.</summary>
    public T? Get<T>(string slot) => Values.All(slot).OfType<T>().FirstOrDefault();

    /// <summary>All values of a slot, in the order of the sentence.</summary>
    public IReadOnlyList<T> All<T>(string slot) => [.. Values.All(slot).OfType<T>()];
}

/// <summary>The values that slots read, a short immutable list.</summary>
internal sealed class ValueList
{
    private readonly (Slot Slot, object Value)[] _values;

    private ValueList((Slot, object)[] values) => _values = values;

    public static ValueList Empty { get; } = new([]);

    public ValueList With(Slot slot, object value) => new([(slot, value), .. _values]);

    public IEnumerable<object> All(string slot) => _values.Where(v => v.Slot.Name == slot).Select(v => v.Value);
}
