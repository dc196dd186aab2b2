using System.Text.Json.Nodes;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Http.Reading;

/// <summary>Those of <c>http</c> that read what they get: pages and feeds, in one call each.</summary>
internal sealed class ReadingTools(WebClient web, HttpArguments http, TimeProvider time) : IToolSource, IDisposable
{
    private const int MostEntries = 500;
    private const int MostFound = 1000;
    private const int MostLine = 10_000;
    private const int MostSelected = 1024 * 1024;

    // So many leave the rest of the machine to the rest.
    private readonly ReadingTurns _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            new ToolDefinition
            {
                Name = "http.get_readable",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description =
                    "Get a page of HTML as text for reading: headings, lists and tables, without code and navigation.",
                Parameters =
                [
                    HttpArguments.Url,
                    HttpArguments.Headers,
                    HttpArguments.Timeout,
                    new ToolParameter(
                        "links",
                        ToolParameterType.Flag,
                        "Whether addresses stand behind the words that lead there.",
                        Required: false,
                        Default: "false"
                    ),
                ],
                EgressPolicy = HttpArguments.CheckUrl,
                Handler = ReadableAsync,
            },
            new ToolDefinition
            {
                Name = "http.select",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Get the texts, or one attribute, of a page's elements that match a CSS selector.",
                Parameters =
                [
                    HttpArguments.Url,
                    new ToolParameter("css", ToolParameterType.Text, "For example: table.prices td:first-child."),
                    new ToolParameter(
                        "attribute",
                        ToolParameterType.OptionalText,
                        "In place of the text; elements without it are left out. Addresses are made whole.",
                        Required: false
                    ),
                    Limit("Elements", MostFound),
                    HttpArguments.Headers,
                    HttpArguments.Timeout,
                ],
                EgressPolicy = HttpArguments.CheckUrl,
                Handler = SelectAsync,
            },
            new ToolDefinition
            {
                Name = "http.get_feed",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Get the entries of an RSS or Atom feed, in its order.",
                Parameters =
                [
                    HttpArguments.Url,
                    HttpArguments.Headers,
                    HttpArguments.Timeout,
                    Limit("Entries", MostEntries),
                ],
                EgressPolicy = HttpArguments.CheckUrl,
                Handler = FeedAsync,
            },
        ];

    public void Dispose() => _turns.Dispose();

    private Task<JsonNode?> ReadableAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var links = call.Arguments.Flag("links");
        return ReadAsync(
            call,
            (text, answer, budget) =>
                // What is no page is text for reading as it is.
                JsonValue.Create(
                    text.AsSpan().TrimStart() is ['<', ..]
                    || answer.Headers.GetValueOrDefault("content-type")?.Contains("html") == true
                        ? ReadableText.Of(HtmlPage.Parse(text, new Uri(answer.Url), budget), links)
                        : text
                ),
            cancellationToken
        );
    }

    private Task<JsonNode?> SelectAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var selector = CssSelector.Parse(call.Arguments.Text("css"));
        var attribute = call.Arguments.OptionalText("attribute");
        var most = Most(call, MostFound);
        return ReadAsync(
            call,
            (text, answer, budget) =>
            {
                var page = HtmlPage.Parse(text, new Uri(answer.Url), budget);
                return Texts(
                    selector
                        .Select(page)
                        .Select(element =>
                        {
                            budget.Step();
                            return attribute is null
                                ? ReadableText.Line(element, page, MostLine)
                                : Attribute(element.GetAttribute(attribute), attribute, page);
                        })
                        .OfType<string>()
                        .Take(most)
                );
            },
            cancellationToken
        );
    }

    private Task<JsonNode?> FeedAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var most = Most(call, MostEntries);
        return ReadAsync(
            call,
            (text, answer, budget) =>
                new JsonArray([
                    .. FeedReader
                        .Read(text, new Uri(answer.Url), most, budget)
                        .Select(entry => new JsonObject
                        {
                            ["title"] = entry.Title,
                            ["link"] = entry.Link,
                            ["id"] = entry.Id,
                            ["published"] = entry.Published,
                            ["summary"] = entry.Summary,
                            ["author"] = entry.Author,
                        }),
                ]),
            cancellationToken
        );
    }

    private async Task<JsonNode?> ReadAsync(
        ToolCall call,
        Func<string, WebAnswer, ReadingBudget, JsonNode?> read,
        CancellationToken cancellationToken
    )
    {
        var request = http.Request(call, "GET", body: null);
        var answer = await web.SendAsync(request, call.Grant.Hosts, call.TakeRoom, cancellationToken);
        if (answer.Status >= 400)
        {
            throw new ToolException($"{request.Url} answered with status {answer.Status}.");
        }

        return await _turns.ReadAsync(
            call.Identity.AgentId,
            () => read(PageText.Of(answer), answer, new ReadingBudget(time)),
            cancellationToken
        );
    }

    private static string? Attribute(string? value, string name, HtmlPage page) =>
        value is null ? null
        : name.ToLowerInvariant() is "href" or "src" or "action" or "poster" ? page.Address(value)
        : value.Length <= MostLine ? value
        : value[..MostLine];

    private static JsonArray Texts(IEnumerable<string> texts)
    {
        var found = new JsonArray();
        var characters = 0;
        foreach (var text in texts)
        {
            if ((characters += text.Length) > MostSelected)
            {
                throw new ToolException(
                    $"What was selected has more than {MostSelected:N0} characters. Select less, or give a lower limit."
                );
            }

            found.Add(text);
        }

        return found;
    }

    private static ToolParameter Limit(string what, int most) =>
        new("limit", ToolParameterType.Number, $"{what}, at most {most}.", Required: false, Default: "100");

    private static int Most(ToolCall call, int most)
    {
        var limit = call.Arguments.Number("limit");
        return limit >= 1 && limit <= most && limit == Math.Floor(limit)
            ? (int)limit
            : throw new ToolException($"'limit' must be a whole number from 1 to {most}.");
    }
}
