using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Project38.Core.Tools.Http.Reading;

/// <summary>A page of HTML as a tree, made within a budget: nothing of it is fetched or executed.</summary>
internal sealed class HtmlPage
{
    private HtmlPage(IDocument document, Uri address, ReadingBudget budget)
    {
        Document = document;
        Budget = budget;
        Base =
            document.Head?.Children.FirstOrDefault(child => child.LocalName == "base")?.GetAttribute("href")
                is { Length: <= MostAddress } href
            && Uri.TryCreate(address, href, out var found)
            && found.Scheme is "http" or "https"
                ? found
                : address;
    }

    /// <summary>The tree, at most <see cref="ReadingBudget.MostLevels"/> deep.</summary>
    public IDocument Document { get; }

    /// <summary>What is left to be spent on it.</summary>
    public ReadingBudget Budget { get; }

    private Uri Base { get; }

    /// <summary>Reads HTML, however broken.</summary>
    /// <exception cref="ToolException">It is more than the budget has.</exception>
    public static HtmlPage Parse(string html, Uri address, ReadingBudget budget)
    {
        var attributes = 0;
        var parser = new HtmlParser(
            new HtmlParserOptions
            {
                // Code that walks a tree calls itself for each level.
                MaximumDepth = ReadingBudget.MostLevels,
                SkipComments = true,
                SkipScriptText = true,
                SkipProcessingInstructions = true,
                DisableElementPositionTracking = true,
                // For each token, too: end tags that fit nothing make no element, and are the slowest.
                OnToken = (_, _) =>
                {
                    attributes = 0;
                    budget.Step();
                },
                // Of a tag with many, each is compared with each: to find doubles, and formatting that is open already.
                ShouldEmitAttribute = (ref _, _) =>
                {
                    budget.Step();
                    return ++attributes <= ReadingBudget.MostAttributes;
                },
                OnCreated = (_, _) => budget.TakeElement(),
            }
        );
        return new HtmlPage(parser.ParseDocument(html), address, budget);
    }

    /// <summary>A whole address for what a page says of another; as it stands where it is none.</summary>
    public string Address(string href) =>
        href.Length <= MostAddress
        && Uri.TryCreate(Base, href.Trim(), out var whole)
        && whole.AbsoluteUri.Length <= MostAddress
            ? whole.AbsoluteUri
            : href;

    /// <summary>Characters of an address; a longer one is data.</summary>
    public const int MostAddress = 2000;
}
