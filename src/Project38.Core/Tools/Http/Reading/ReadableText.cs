using AngleSharp.Dom;

namespace Project38.Core.Tools.Http.Reading;

/// <summary>What a person would read of a page: no code, no navigation where it can be told, headings, lists and tables as text.</summary>
internal static class ReadableText
{
    private const int MostCharacters = 1024 * 1024;

    private static readonly HashSet<string> s_never =
    [
        .. "script style template noscript iframe object embed canvas audio video svg select datalist textarea input button head".Split(
            ' '
        ),
    ];

    private static readonly HashSet<string> s_around = ["nav", "aside", "footer"];
    private static readonly HashSet<string> s_aroundRoles =
    [
        "navigation",
        "banner",
        "contentinfo",
        "search",
        "complementary",
    ];

    private static readonly HashSet<string> s_paragraphs =
    [
        .. "p ul ol dl table pre blockquote figure hr h1 h2 h3 h4 h5 h6 details fieldset".Split(' '),
    ];

    private static readonly HashSet<string> s_lines =
    [
        .. "div section article main header footer nav aside form address li dt dd tr caption figcaption summary legend body html br option".Split(
            ' '
        ),
    ];

    // With one of these inside, a table is there for the looks of the page.
    private static readonly HashSet<string> s_layout =
    [
        .. "table ul ol h1 h2 h3 h4 h5 h6 pre blockquote form".Split(' '),
    ];

    /// <summary>The text of a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="links">Whether addresses stand behind the words that lead there.</param>
    public static string Of(HtmlPage page, bool links)
    {
        foreach (var (root, bare) in Roots(page))
        {
            var text = Write(root, new TextLayout(MostCharacters), page, links, bare);
            if (text.Length > 0)
            {
                return text;
            }
        }

        return "";
    }

    /// <summary>The text of one element on one line.</summary>
    public static string Line(INode node, HtmlPage page, int most) =>
        Write(node, new TextLayout(most) { OneLine = true }, page, links: false, bare: false);

    /// <summary>The text of a piece of HTML on one line.</summary>
    public static string Line(string html, Uri address, int most, ReadingBudget budget)
    {
        if (html.AsSpan().ContainsAny('<', '&'))
        {
            var page = HtmlPage.Parse(html, address, budget);
            return page.Document.Body is { } body ? Line(body, page, most) : "";
        }

        var layout = new TextLayout(most) { OneLine = true };
        layout.Write(html);
        return layout.ToString();
    }

    // The first that has any text: what the page calls its content, then all but what is around it, then all.
    private static IEnumerable<(INode Root, bool Bare)> Roots(HtmlPage page)
    {
        IElement? main = null;
        var articles = new List<IElement>();
        foreach (var element in page.Document.All)
        {
            page.Budget.Step();
            if (element.LocalName == "main" || element.GetAttribute("role") == "main")
            {
                main ??= element;
            }
            else if (element.LocalName == "article")
            {
                articles.Add(element);
            }
        }

        if ((main ?? (articles.Count == 1 ? articles[0] : null)) is { } content)
        {
            yield return (content, true);
        }

        if (page.Document.Body is { } body)
        {
            yield return (body, true);
            yield return (body, false);
        }
    }

    private static string Write(INode root, TextLayout layout, HtmlPage page, bool links, bool bare)
    {
        new Walk(layout, page, links, bare).Children(root);
        return layout.ToString();
    }

    /// <summary>One walk through a tree; it calls itself for each level, of which there are few.</summary>
    private sealed class Walk(TextLayout layout, HtmlPage page, bool links, bool bare)
    {
        private int _lists;

        public void Children(INode parent)
        {
            foreach (var child in parent.ChildNodes)
            {
                page.Budget.Step();
                if (layout.IsFull)
                {
                    return;
                }

                if (child is IText text)
                {
                    layout.Write(text.Data);
                }
                else if (child is IElement element && !IsLeftOut(element))
                {
                    Element(element);
                }
            }
        }

        private void Element(IElement element)
        {
            var name = element.LocalName;
            var lines =
                s_paragraphs.Contains(name) && (name is not ("ul" or "ol") || _lists == 0) ? 2
                : s_lines.Contains(name) || s_paragraphs.Contains(name) ? 1
                : 0;
            Break(lines);
            switch (name)
            {
                case "h1" or "h2" or "h3" or "h4" or "h5" or "h6" when !layout.OneLine:
                    layout.Before(new string('#', name[1] - '0') + " ");
                    Children(element);
                    layout.Before(null);
                    break;
                case "ul" or "ol":
                    List(element);
                    break;
                case "table" when !layout.OneLine && IsData(element):
                    Table(element);
                    break;
                case "td" or "th":
                    Break(bare || !layout.OneLine ? 1 : 0);
                    Children(element);
                    Break(1);
                    break;
                case "pre":
                    layout.WriteAsIs(element.TextContent);
                    break;
                case "a" when links && element.GetAttribute("href") is { Length: > 0 } href && href[0] != '#':
                    Children(element);
                    Link(page.Address(href));
                    break;
                default:
                    Children(element);
                    break;
            }

            Break(lines);
        }

        private void List(IElement list)
        {
            _lists++;
            var indent = layout.Indent;
            var number = list.LocalName == "ol" ? 1 : 0;
            foreach (var item in list.ChildNodes)
            {
                page.Budget.Step();
                if (item is IElement { LocalName: "li" } element && !IsLeftOut(element))
                {
                    Break(1);
                    layout.Indent = 2 * (_lists - 1);
                    if (!layout.OneLine)
                    {
                        layout.Before(number == 0 ? "- " : $"{number++}. ");
                    }

                    Children(element);
                    layout.Before(null);
                }
                else if (item is IElement other && !IsLeftOut(other))
                {
                    Element(other);
                }
            }

            layout.Indent = indent;
            _lists--;
        }

        private void Table(IElement table)
        {
            foreach (var row in Below(table, "tr"))
            {
                Break(1);
                layout.OneLine = true;
                var first = true;
                foreach (var cell in row.Children.Where(cell => cell.LocalName is "td" or "th" && !IsLeftOut(cell)))
                {
                    layout.Write(first ? " " : " | ");
                    Children(cell);
                    first = false;
                }

                layout.OneLine = false;
            }
        }

        private void Link(string address)
        {
            if (address.Length <= HtmlPage.MostAddress && address.StartsWith("http", StringComparison.Ordinal))
            {
                layout.Write($" ({address})");
            }
        }

        private void Break(int lines)
        {
            if (lines > 0)
            {
                layout.Break(lines);
            }
        }

        private bool IsData(IElement table) =>
            !Below(table, name: null).Any(inner => s_layout.Contains(inner.LocalName));

        private IEnumerable<IElement> Below(IElement table, string? name)
        {
            foreach (var inner in table.Descendants<IElement>())
            {
                page.Budget.Step();
                if (name is null || inner.LocalName == name)
                {
                    yield return inner;
                }
            }
        }

        private bool IsLeftOut(IElement element) =>
            s_never.Contains(element.LocalName)
            || element.HasAttribute("hidden")
            || element.GetAttribute("aria-hidden") == "true"
            || (
                element.GetAttribute("style") is { Length: < 1000 } style
                && style.Replace(" ", "").Contains("display:none", StringComparison.OrdinalIgnoreCase)
            )
            || (
                bare
                && (
                    s_around.Contains(element.LocalName)
                    || (element.GetAttribute("role") is { } role && s_aroundRoles.Contains(role))
                )
            );
    }
}
