using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Project38.Core.Tools.Filesystem;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Browser;

/// <summary>The tools of <c>browser</c> that put a file into the workspace: a screenshot, a PDF, a download.</summary>
internal sealed class KeepingTools(BrowserCalls calls, Workspaces workspaces) : IToolSource
{
    private const int MostName = 100;

    private static readonly ToolParameter s_source = BrowserCalls.Target with
    {
        Description = "What to click (a ref, a CSS selector or text=words), or the file's whole address.",
    };

    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            new ToolDefinition
            {
                Name = "browser.screenshot",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Put a picture of the page into the workspace.",
                Parameters =
                [
                    PathOf("screenshot.png", "Ends with .png or .jpg."),
                    new ToolParameter(
                        "full_page",
                        ToolParameterType.Flag,
                        "The whole page, and not only what is on the screen.",
                        Required: false,
                        Default: "false"
                    ),
                    BrowserCalls.Timeout,
                ],
                StandIn = AsIfKept,
                Handler = ScreenshotAsync,
            },
            new ToolDefinition
            {
                Name = "browser.pdf",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Put the page into the workspace as it would be printed, as PDF.",
                Parameters = [PathOf("page.pdf", "Its name."), BrowserCalls.Timeout],
                StandIn = AsIfKept,
                Handler = PdfAsync,
            },
            new ToolDefinition
            {
                Name = "browser.download",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Download a file into the workspace: by a click, or by its address.",
                Parameters =
                [
                    s_source,
                    new ToolParameter(
                        "path",
                        ToolParameterType.OptionalText,
                        "Where to. Null: downloads/ and the name that the file has.",
                        Required: false
                    ),
                    BrowserCalls.Timeout,
                ],
                EgressPolicy = CheckSource,
                StandIn = AsIfDownloaded,
                Handler = DownloadAsync,
            },
        ];

    private Task<JsonNode?> ScreenshotAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var path = call.Arguments.Text("path");
        var isJpeg = path.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase);
        if (!isJpeg && !path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            throw new ToolException("'path' must end with .png or .jpg.");
        }

        return KeepAsync(
            call,
            (page, wait) =>
                page.ScreenshotAsync(
                    new()
                    {
                        Type = isJpeg ? ScreenshotType.Jpeg : ScreenshotType.Png,
                        FullPage = call.Arguments.Flag("full_page"),
                        Animations = ScreenshotAnimations.Disabled,
                        Timeout = wait,
                    }
                ),
            cancellationToken
        );
    }

    private Task<JsonNode?> PdfAsync(ToolCall call, CancellationToken cancellationToken) =>
        KeepAsync(call, (page, _) => page.PdfAsync(new() { PrintBackground = true }), cancellationToken);

    private async Task<JsonNode?> DownloadAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var timeout = calls.TimeOf(call);
        return await calls
            .Of(call)
            .DoAsync<JsonNode?>(
                timeout,
                async pages =>
                {
                    var page = await pages.CurrentOrNewAsync();
                    pages.TakesDownloads = true;
                    try
                    {
                        var download = await OfferAsync(call, page, (float)timeout.TotalMilliseconds);
                        return await TakeAsync(call, download, cancellationToken);
                    }
                    finally
                    {
                        pages.TakesDownloads = false;
                    }
                },
                cancellationToken,
                opens: IsAddress(call)
            );
    }

    private static async Task<IDownload> OfferAsync(ToolCall call, IPage page, float wait)
    {
        var offered = page.WaitForDownloadAsync(new() { Timeout = wait });
        try
        {
            if (!IsAddress(call))
            {
                await BrowserCalls.Find(page, call).ClickAsync(new() { Timeout = wait });
            }
            else
            {
                await GoAsync(call.Arguments.Text("target"), page, wait);
            }

            return await offered;
        }
        catch (Exception) when (!offered.IsCompletedSuccessfully)
        {
            _ = offered.ContinueWith(
                late => late.Exception,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
            throw;
        }
    }

    private static async Task GoAsync(string url, IPage page, float wait)
    {
        try
        {
            _ = await page.GotoAsync(url, new() { Timeout = wait, WaitUntil = WaitUntilState.Commit });
        }
        catch (PlaywrightException fault)
            when (fault.Message.Contains("Download is starting", StringComparison.Ordinal))
        {
            return;
        }

        throw new ToolException("What is there is a page and no file. Use browser.navigate with this address.");
    }

    private async Task<JsonNode?> TakeAsync(ToolCall call, IDownload download, CancellationToken cancellationToken)
    {
        var name = PageWords.Cut(download.SuggestedFilename, MostName);
        var path = call.Arguments.OptionalText("path") ?? $"downloads/{Safe(name)}";
        var workspace = workspaces.Of(call.Identity.AgentId);
        try
        {
            await using var content = await download.CreateReadStreamAsync();
            await workspace.PutAsync(path, content, cancellationToken);
        }
        catch (FileRefusedException refusal)
        {
            await download.CancelAsync();
            throw new ToolException(refusal.Message, refusal);
        }

        return Kept(path, workspace.Find(path)?.Size ?? 0, name);
    }

    private async Task<JsonNode?> KeepAsync(
        ToolCall call,
        Func<IPage, float, Task<byte[]>> make,
        CancellationToken cancellationToken
    )
    {
        var path = call.Arguments.Text("path");
        var timeout = calls.TimeOf(call);
        var content = await calls
            .Of(call)
            .DoAsync(timeout, pages => make(pages.Current, (float)timeout.TotalMilliseconds), cancellationToken);
        try
        {
            workspaces.Of(call.Identity.AgentId).Write(path, content);
        }
        catch (FileRefusedException refusal)
        {
            throw new ToolException(refusal.Message, refusal);
        }

        return Kept(path, content.Length, name: null);
    }

    private static JsonObject AsIfKept(ToolCall call) => Kept(call.Arguments.Text("path"), 0, name: null);

    private static JsonObject AsIfDownloaded(ToolCall call) =>
        Kept(call.Arguments.OptionalText("path") ?? "downloads/download", 0, "download");

    private static JsonObject Kept(string path, long bytes, string? name)
    {
        var kept = new JsonObject { ["path"] = path, ["bytes"] = bytes };
        if (name is not null)
        {
            kept["name"] = name;
        }

        return kept;
    }

    private static void CheckSource(ToolCall call)
    {
        if (IsAddress(call))
        {
            _ = EgressPolicy.CheckUrl(call.Arguments.Text("target"), call.Grant.Hosts);
        }
    }

    private static bool IsAddress(ToolCall call) =>
        call.Arguments.Text("target") is var target
        && (
            target.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        );

    // A name that a stranger chose.
    private static string Safe(string name)
    {
        var safe = string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
        safe = safe.TrimStart('.');
        return safe.Length == 0 ? "download" : safe;
    }

    private static ToolParameter PathOf(string name, string description) =>
        new("path", ToolParameterType.Text, description, Required: false, Default: $"\"{name}\"");
}
