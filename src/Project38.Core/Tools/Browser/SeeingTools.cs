using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Browser;

/// <summary>The tools of <c>browser</c> that read a page as it is shown: its text, a table, its elements with refs.</summary>
internal sealed class SeeingTools(BrowserCalls calls) : IToolSource
{
    private const int MostRows = 5_000;
    private const int MostCells = 200;
    private const int MostCell = 2_000;

    private static readonly ToolParameter s_target = BrowserCalls.Target with
    {
        Type = ToolParameterType.OptionalText,
        Required = false,
    };

    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            new ToolDefinition
            {
                Name = "browser.text",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Read the text that a person sees of the page, or of one of its elements.",
                Parameters = [s_target, BrowserCalls.Timeout],
                Handler = TextAsync,
            },
            new ToolDefinition
            {
                Name = "browser.table",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Read a table as rows of texts: the first of the page, or the one named.",
                Parameters = [s_target, BrowserCalls.Timeout],
                Handler = TableAsync,
            },
            new ToolDefinition
            {
                Name = "browser.snapshot",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Read the page's accessibility tree: roles, names, and refs to click and to fill by.",
                Parameters = [BrowserCalls.Timeout],
                Handler = SnapshotAsync,
            },
        ];

    // Cut in the page: all of it would come here before anybody could look how long it is. By one more than is given, so that it
    // is seen to be cut.
    private Task<JsonNode?> TextAsync(ToolCall call, CancellationToken cancellationToken) =>
        ReadAsync(
            call,
            async (page, wait) =>
            {
                var element = BrowserCalls.FindIfNamed(page, call, "body");
                return Text(
                    await element.EvaluateAsync<string?>(
                        "(element, most) => (element.innerText ?? element.textContent ?? '').slice(0, most)",
                        calls.Bounds.TextCharacters + 1,
                        new() { Timeout = wait }
                    ) ?? ""
                );
            },
            cancellationToken
        );

    private Task<JsonNode?> TableAsync(ToolCall call, CancellationToken cancellationToken)
    {
        const string Read = """
            (element, most) => {
              const table = element.closest("table") || element.querySelector("table");
              if (!table) return null;
              return Array.from(table.rows).slice(0, most.rows).map(row =>
                Array.from(row.cells).slice(0, most.cells).map(cell => cell.innerText.trim().slice(0, most.cell)));
            }
            """;
        return ReadAsync(
            call,
            async (page, wait) =>
            {
                var element = BrowserCalls.FindIfNamed(page, call, "table");
                var rows = await element.EvaluateAsync<string[][]?>(
                    Read,
                    new
                    {
                        rows = MostRows,
                        cells = MostCells,
                        cell = MostCell,
                    },
                    new() { Timeout = wait }
                );
                return rows is null
                    ? throw new ToolException("There is no table there. browser.snapshot shows what is on the page.")
                    : Bounded(rows);
            },
            cancellationToken
        );
    }

    private Task<JsonNode?> SnapshotAsync(ToolCall call, CancellationToken cancellationToken) =>
        ReadAsync(
            call,
            async (page, wait) =>
                Text(await page.AriaSnapshotAsync(new() { Mode = AriaSnapshotMode.Ai, Timeout = wait })),
            cancellationToken
        );

    private async Task<JsonNode?> ReadAsync(
        ToolCall call,
        Func<IPage, float, Task<JsonNode?>> read,
        CancellationToken cancellationToken
    )
    {
        var timeout = calls.TimeOf(call);
        return await calls
            .Of(call)
            .DoAsync(timeout, pages => read(pages.Current, (float)timeout.TotalMilliseconds), cancellationToken);
    }

    private JsonValue? Text(string text) => JsonValue.Create(PageWords.Cut(text, calls.Bounds.TextCharacters));

    // The page was asked for no more than this, and may have given more.
    private JsonArray Bounded(string[][] rows)
    {
        var left = calls.Bounds.TextCharacters;
        var table = new JsonArray();
        foreach (var row in rows.Take(MostRows))
        {
            var cells = row.Take(MostCells).Select(cell => PageWords.Cut(cell ?? "", MostCell)).ToList();
            left -= cells.Sum(cell => cell.Length + 3);
            if (left < 0)
            {
                break;
            }

            table.Add(new JsonArray([.. cells.Select(cell => JsonValue.Create(cell))]));
        }

        return table;
    }
}
