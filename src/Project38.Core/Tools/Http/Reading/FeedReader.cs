using System.Text;
using System.Xml;

namespace Project38.Core.Tools.Http.Reading;

/// <summary>One entry of a feed; null is what the feed does not say.</summary>
/// <param name="Title">On one line.</param>
/// <param name="Link">Whole address.</param>
/// <param name="Id">What the feed says it is known by, else its link, else its title.</param>
/// <param name="Published">ISO 8601 in UTC.</param>
/// <param name="Summary">Text on one line, cut at <see cref="FeedReader.MostSummary"/> characters.</param>
/// <param name="Author">As the feed writes it.</param>
internal sealed record FeedEntry(
    string? Title,
    string? Link,
    string? Id,
    string? Published,
    string? Summary,
    string? Author
);

/// <summary>Reads RSS 0.9 to 2.0, RDF and Atom.</summary>
internal static class FeedReader
{
    /// <summary>Characters of a summary.</summary>
    public const int MostSummary = 2000;

    private const int MostLine = 500;
    private const int MostLevels = 64;
    private const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

    // What stands in other namespaces has names of its own: media:title is not the entry's.
    private static readonly HashSet<string> s_namespaces =
    [
        "",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
        "http://purl.org/dc/elements/1.1/",
        "http://purl.org/dc/terms/",
        "http://purl.org/rss/1.0/modules/content/",
    ];

    /// <summary>Reads the first entries, in the feed's order.</summary>
    /// <param name="text">The feed.</param>
    /// <param name="address">Where it is from, for addresses that are not whole.</param>
    /// <param name="most">Entries; what comes after them is not looked at.</param>
    /// <param name="budget">What may be spent on it.</param>
    /// <exception cref="ToolException">It is no feed, broken, or declares entities.</exception>
    public static IReadOnlyList<FeedEntry> Read(string text, Uri address, int most, ReadingBudget budget)
    {
        // Neither is XML in front of a declaration, and both are seen.
        var xml = text.TrimStart('\uFEFF', ' ', '\r', '\n', '\t');
        using var reader = XmlReader.Create(
            new StringReader(xml),
            new XmlReaderSettings
            {
                // A DTD may name files of this machine, and entities that make gigabytes of a line.
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                CheckCharacters = false,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            }
        );
        try
        {
            return Entries(reader, address, most, budget);
        }
        catch (XmlException fault)
        {
            throw new ToolException(
                xml.Contains("<!DOCTYPE html", StringComparison.OrdinalIgnoreCase)
                        ? "It is no feed: it is a page of HTML."
                    : xml.Contains("<!DOCTYPE", StringComparison.Ordinal)
                        ? "The feed has a document type (DTD), by which it could name files or grow without end. It is not read."
                    : $"It is no feed, or a broken one: no XML in line {fault.LineNumber}.",
                fault
            );
        }
    }

    private static List<FeedEntry> Entries(XmlReader reader, Uri address, int most, ReadingBudget budget)
    {
        _ = reader.MoveToContent();
        if (reader.LocalName is not ("rss" or "RDF" or "feed"))
        {
            var name = reader.LocalName.Length <= 40 ? reader.LocalName : reader.LocalName[..40] + "…";
            throw new ToolException(
                $"It is no feed: its first element is <{name}>, and not <rss>, <feed> or <rdf:RDF>."
            );
        }

        var entries = new List<FeedEntry>();
        while (entries.Count < most && Next(reader, budget))
        {
            if (IsKnown(reader, "item", "entry"))
            {
                budget.TakeElement();
                entries.Add(new Fields(reader, address, budget).ReadEntry());
            }
        }

        return entries;
    }

    private static bool IsKnown(XmlReader reader, string name, string other) =>
        reader.NodeType == XmlNodeType.Element
        && (reader.LocalName == name || reader.LocalName == other)
        && s_namespaces.Contains(reader.NamespaceURI);

    private static bool Next(XmlReader reader, ReadingBudget budget)
    {
        budget.Step();
        return reader.Depth <= MostLevels
            ? reader.Read()
            : throw new ToolException($"The feed is nested more than {MostLevels} levels deep, and is not read.");
    }

    /// <summary>The fields of one entry, the first of each that has something in it.</summary>
    private sealed class Fields(XmlReader reader, Uri address, ReadingBudget budget)
    {
        private readonly Dictionary<string, string> _found = [];

        public FeedEntry ReadEntry()
        {
            Keep("about", reader.GetAttribute("about", Rdf));
            var depth = reader.Depth;
            if (!reader.IsEmptyElement)
            {
                while (Next(reader, budget) && reader.Depth > depth)
                {
                    if (
                        reader.NodeType == XmlNodeType.Element
                        && reader.Depth == depth + 1
                        && s_namespaces.Contains(reader.NamespaceURI)
                    )
                    {
                        ReadField();
                    }
                }
            }

            var link = Found("link", "self") ?? (Found("permalink") is { } guid && guid.Contains("://") ? guid : null);
            var title = Line(MostLine, "title");
            return new FeedEntry(
                title,
                link is null ? null : Whole(link),
                Found("guid", "id", "about") ?? link ?? title,
                FeedTime.Read(Found("published", "issued", "pubDate", "date", "created", "updated", "modified")),
                Line(MostSummary, "description", "summary", "encoded", "content"),
                Line(MostLine, "creator", "author", "name")
            );
        }

        private void ReadField()
        {
            var name = reader.LocalName;
            if (name == "link" && reader.GetAttribute("href") is { } href)
            {
                Keep(reader.GetAttribute("rel") is null or "alternate" ? "link" : "self", href);
                return;
            }

            if (name == "guid" && reader.GetAttribute("isPermaLink") is null or "true")
            {
                var guid = ReadText();
                Keep("guid", guid);
                Keep("permalink", guid);
                return;
            }

            Keep(name, ReadText());
        }

        // An author of Atom has a name, an address and a mailbox; of those the name counts.
        private string ReadText()
        {
            var (depth, outer) = (reader.Depth, reader.LocalName);
            var text = new StringBuilder();
            if (reader.IsEmptyElement)
            {
                return "";
            }

            while (Next(reader, budget) && reader.Depth > depth)
            {
                if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
                {
                    text.Append(reader.Value);
                }
                else if (reader.NodeType == XmlNodeType.Element)
                {
                    if (outer == "author" && reader.LocalName == "name" && !reader.IsEmptyElement)
                    {
                        _ = text.Clear();
                        Keep("creator", ReadText());
                    }

                    text.Append(' ');
                }
            }

            return text.ToString();
        }

        private void Keep(string name, string? text)
        {
            if (text?.Trim() is { Length: > 0 } something)
            {
                _ = _found.TryAdd(name, something);
            }
        }

        private string? Found(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (_found.TryGetValue(name, out var text))
                {
                    return text.Length <= HtmlPage.MostAddress ? text : text[..HtmlPage.MostAddress];
                }
            }

            return null;
        }

        private string? Line(int most, params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (
                    _found.TryGetValue(name, out var html)
                    && ReadableText.Line(html, address, most, budget) is { Length: > 0 } text
                )
                {
                    return text;
                }
            }

            return null;
        }

        private string Whole(string link) => Uri.TryCreate(address, link, out var whole) ? whole.AbsoluteUri : link;
    }
}
