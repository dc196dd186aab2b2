using AngleSharp.Css;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;

namespace Project38.Core.Tools.Http.Reading;

/// <summary>A CSS selector, read by AngleSharp and matched here.</summary>
/// <remarks>
/// To match by trying every ancestor takes time that grows with the depth of the page to the power of the selector's length:
/// eight words on a page of 256 levels are enough for years. So each part is matched against the whole page at once, from
/// left to right, and the time is their product.
/// </remarks>
internal sealed class CssSelector
{
    private const int MostCharacters = 500;

    private readonly Func<FlatPage, bool[]> _match;

    private CssSelector(Func<FlatPage, bool[]> match) => _match = match;

    /// <summary>Reads a selector.</summary>
    /// <exception cref="ToolException">It is none, or has a part that is not known here.</exception>
    public static CssSelector Parse(string css)
    {
        if (css.Length > MostCharacters)
        {
            throw new ToolException($"A CSS selector has at most {MostCharacters} characters.");
        }

        return new CssSelector(Compiler.Compile(css));
    }

    /// <summary>The elements that match, in the order of the page.</summary>
    public IEnumerable<AngleSharp.Dom.IElement> Select(HtmlPage page)
    {
        var flat = new FlatPage(page);
        var found = _match(flat);
        return flat.Elements.Where((_, at) => found[at]);
    }

    /// <summary>Makes of one selector a function that says which elements match.</summary>
    private sealed class Compiler(string css) : ISelectorVisitor
    {
        private Func<FlatPage, bool[]>? _made;
        private ISelector? _leaf;

        public static Func<FlatPage, bool[]> Compile(string css)
        {
            var selector =
                new CssSelectorParser().ParseSelector(css)
                ?? throw new ToolException($"'{css}' is no CSS selector that can be used here.");
            return Compile(css, selector);
        }

        public void Attribute(string name, string op, string? value) => MatchLeaf();

        public void Type(string name) => MatchLeaf();

        public void Id(string value) => MatchLeaf();

        // AngleSharp makes a list of an element's classes, and looks each up in it.
        public void Class(string name) =>
            _made = page => page.Where(element => HasClass(element.GetAttribute("class"), name));

        public void Child(string name, int step, int offset, ISelector selector)
        {
            if (selector is { Text: not "*" })
            {
                throw Unknown($":{name}(… of …)");
            }

            _made = name switch
            {
                "nth-child" => page => page.Places(last: false, ofType: false, IsThere),
                "nth-last-child" => page => page.Places(last: true, ofType: false, IsThere),
                "nth-of-type" => page => page.Places(last: false, ofType: true, IsThere),
                "nth-last-of-type" => page => page.Places(last: true, ofType: true, IsThere),
                _ => throw Unknown($":{name}"),
            };

            bool IsThere(int place) =>
                step == 0 ? place == offset : (place - offset) % step == 0 && (place - offset) / step >= 0;
        }

        public void PseudoClass(string name)
        {
            _made = name switch
            {
                "first-child" => page => page.Places(last: false, ofType: false, IsFirst),
                "last-child" => page => page.Places(last: true, ofType: false, IsFirst),
                "first-of-type" => page => page.Places(last: false, ofType: true, IsFirst),
                "last-of-type" => page => page.Places(last: true, ofType: true, IsFirst),
                "only-child" => page => Both(page, ofType: false),
                "only-of-type" => page => Both(page, ofType: true),
                "root" => page => page.Where(element => element.ParentElement is null),
                "empty" => page =>
                    page.Where(element =>
                        element.ChildNodes.All(child => child is not (AngleSharp.Dom.IElement or AngleSharp.Dom.IText))
                    ),
                _ when Inner(name, "not") is { } inner => Not(Compile(inner)),
                _ when Inner(name, "is") is { } inner => Compile(inner),
                _ when Inner(name, "where") is { } inner => Compile(inner),
                _ when Inner(name, "matches") is { } inner => Compile(inner),
                _ => throw Unknown($":{name}"),
            };

            static bool IsFirst(int place) => place == 1;

            static bool[] Both(FlatPage page, bool ofType) =>
                FlatPage.And(page.Places(last: false, ofType, IsFirst), page.Places(last: true, ofType, IsFirst));
        }

        public void PseudoElement(string name) => throw Unknown($"::{name}");

        public void List(IEnumerable<ISelector> selectors)
        {
            var parts = selectors.Select(part => Compile(css, part)).ToArray();
            _made = page => parts.Select(part => part(page)).Aggregate(FlatPage.Or);
        }

        public void Many(IEnumerable<ISelector> selectors)
        {
            var parts = selectors.Select(part => Compile(css, part)).ToArray();
            _made = page => parts.Select(part => part(page)).Aggregate(FlatPage.And);
        }

        public void Combinator(IEnumerable<ISelector> selectors, IEnumerable<string> symbols)
        {
            var parts = selectors.Select(part => Compile(css, part)).ToArray();
            var between = symbols.Select(symbol => symbol.Trim()).ToArray();
            if (between.FirstOrDefault(symbol => symbol is not ("" or ">" or "+" or "~")) is { } unknown)
            {
                throw Unknown(unknown);
            }

            _made = page =>
            {
                var found = parts[0](page);
                for (var i = 1; i < parts.Length; i++)
                {
                    found = FlatPage.And(page.Reach(found, between[i - 1]), parts[i](page));
                }

                return found;
            };
        }

        private static Func<FlatPage, bool[]> Compile(string css, ISelector selector)
        {
            var compiler = new Compiler(css) { _leaf = selector };
            selector.Accept(compiler);
            return compiler._made ?? throw compiler.Unknown(selector.Text);
        }

        private static Func<FlatPage, bool[]> Not(Func<FlatPage, bool[]> inner) =>
            page => Array.ConvertAll(inner(page), matches => !matches);

        private static string? Inner(string name, string function) =>
            name.StartsWith($"{function}(", StringComparison.Ordinal) && name[^1] == ')'
                ? name[(function.Length + 1)..^1]
                : null;

        private static bool HasClass(ReadOnlySpan<char> classes, string name)
        {
            foreach (var range in classes.SplitAny(" \t\n\f\r"))
            {
                if (classes[range].SequenceEqual(name))
                {
                    return true;
                }
            }

            return false;
        }

        private void MatchLeaf()
        {
            var leaf = _leaf!;
            _made = page => page.Where(element => leaf.Match(element, scope: null));
        }

        private ToolException Unknown(string part) =>
            new(
                $"'{part}' in '{css}' is not known here. Known are names, *, #id, .class, [attribute], the combinators > + ~ and "
                    + "space, lists, :not(), :is(), :first-child and its like, :nth-child() and its like, :empty and :root."
            );
    }
}
