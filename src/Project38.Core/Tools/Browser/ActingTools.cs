using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Browser;

/// <summary>The tools of <c>browser</c> that do something on a page: open it, click, type, select, scroll, go back, wait.</summary>
internal sealed class ActingTools(BrowserCalls calls) : IToolSource
{
    private const int MostTyped = 100_000;
    private const int MostChosen = 1_000;

    private static readonly string[] s_states = ["visible", "hidden", "attached", "detached"];
    private static readonly string[] s_directions = ["down", "up", "bottom", "top"];

    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            new ToolDefinition
            {
                Name = "browser.navigate",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Open a page of a granted host in the run's own browser.",
                Parameters = [new ToolParameter("url", ToolParameterType.Text, "https or http."), BrowserCalls.Timeout],
                EgressPolicy = HttpArguments.CheckUrl,
                Handler = NavigateAsync,
            },
            new ToolDefinition
            {
                Name = "browser.click",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Click an element, and wait for what that sets off.",
                Parameters = [BrowserCalls.Target, BrowserCalls.Timeout],
                StandIn = AsIfDone,
                Handler = ClickAsync,
            },
            new ToolDefinition
            {
                Name = "browser.type",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Fill a field with a text in place of what is in it, and with submit press Enter there.",
                Parameters =
                [
                    BrowserCalls.Target,
                    new ToolParameter("text", ToolParameterType.Text, "Empty: the field is emptied."),
                    new ToolParameter(
                        "submit",
                        ToolParameterType.Flag,
                        "Whether Enter is pressed.",
                        Required: false,
                        Default: "false"
                    ),
                    BrowserCalls.Timeout,
                ],
                ChangesWorld = call => call.Arguments.Flag("submit"),
                StandIn = AsIfDone,
                Handler = TypeAsync,
            },
            new ToolDefinition
            {
                Name = "browser.select",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Choose an option of a list by its value or its words.",
                Parameters =
                [
                    BrowserCalls.Target,
                    new ToolParameter("value", ToolParameterType.Text, "The option's value, or its words."),
                    BrowserCalls.Timeout,
                ],
                StandIn = AsIfDone,
                Handler = SelectAsync,
            },
            new ToolDefinition
            {
                Name = "browser.wait_for",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Wait until an element is there, or is gone.",
                Parameters =
                [
                    BrowserCalls.Target,
                    new ToolParameter(
                        "state",
                        ToolParameterType.Text,
                        string.Join(", ", s_states) + ".",
                        Required: false,
                        Default: "\"visible\""
                    ),
                    BrowserCalls.Timeout,
                ],
                Handler = WaitForAsync,
            },
            new ToolDefinition
            {
                Name = "browser.scroll",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Scroll the page by most of a screen, or to its end, and wait for what that loads.",
                Parameters =
                [
                    new ToolParameter(
                        "direction",
                        ToolParameterType.Text,
                        string.Join(", ", s_directions) + ".",
                        Required: false,
                        Default: "\"down\""
                    ),
                    BrowserCalls.Timeout,
                ],
                Handler = ScrollAsync,
            },
            new ToolDefinition
            {
                Name = "browser.back",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Go back to the page before; a page that another opened is closed.",
                Parameters = [BrowserCalls.Timeout],
                Handler = BackAsync,
            },
        ];

    private JsonNode AsIfDone(ToolCall call) => calls.Of(call).Last.ToJson();

    private async Task<JsonNode?> NavigateAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var url = EgressPolicy.CheckUrl(call.Arguments.Text("url"), call.Grant.Hosts).AbsoluteUri;
        var timeout = calls.TimeOf(call);
        var browser = calls.Of(call);
        return await browser.DoAsync<JsonNode?>(
            timeout,
            async pages =>
            {
                var refused = browser.Life!.Refused.Times;
                _ = browser.Life.TakeRefused();
                var page = await pages.CurrentOrNewAsync();
                await browser.Loops.CheckAsync(page, $"navigate {url}");
                var response = await GoAsync(browser, pages, page, url, timeout, refused);
                if (response is { Status: 403 or 502 } && Why(browser, refused) is { } last && LedTo(response, last))
                {
                    throw Again(last.Why);
                }

                await pages.SettleAsync(cancellationToken);
                return (await browser.LookAsync(pages, response?.Status)).ToJson();
            },
            cancellationToken,
            opens: true
        );
    }

    private static async Task<IResponse?> GoAsync(
        RunBrowser browser,
        BrowserPages pages,
        IPage page,
        string url,
        TimeSpan timeout,
        int refused
    )
    {
        var how = new PageGotoOptions
        {
            WaitUntil = WaitUntilState.DOMContentLoaded,
            Timeout = (float)timeout.TotalMilliseconds,
        };
        try
        {
            return await page.GotoAsync(url, how);
        }
        catch (PlaywrightException fault) when (!browser.Life!.IsOver && !pages.Crashed)
        {
            // It is about to show an error of its own, which would come in the way of the next.
            await BrowserPages.CloseAsync(page);

            if (Why(browser, refused) is { } last)
            {
                throw Again(last.Why);
            }

            throw new ToolException(
                fault.Message.Contains("Download is starting", StringComparison.Ordinal)
                    ? "What is there is a file and no page. Use browser.download with this address."
                    : PageWords.Fault(fault),
                fault
            );
        }
    }

    private Task<JsonNode?> ClickAsync(ToolCall call, CancellationToken cancellationToken) =>
        ActAsync(
            call,
            $"click {call.Arguments.Text("target")}",
            (page, wait) => BrowserCalls.Find(page, call).ClickAsync(new() { Timeout = wait }),
            cancellationToken
        );

    private Task<JsonNode?> TypeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var text = call.Arguments.Text("text");
        if (text.Length > MostTyped)
        {
            throw new ToolException($"'text' has at most {MostTyped:N0} characters.");
        }

        var submit = call.Arguments.Flag("submit");
        return ActAsync(
            call,
            $"type {call.Arguments.Text("target")} {text.GetHashCode(StringComparison.Ordinal)} {submit}",
            async (page, wait) =>
            {
                var field = BrowserCalls.Find(page, call);
                await field.FillAsync(text, new() { Timeout = wait });
                if (submit)
                {
                    await field.PressAsync("Enter", new() { Timeout = wait });
                }
            },
            cancellationToken
        );
    }

    private Task<JsonNode?> SelectAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var value = call.Arguments.Text("value");
        return value.Length > MostChosen
            ? throw new ToolException($"'value' has at most {MostChosen:N0} characters.")
            : ActAsync(
                call,
                $"select {call.Arguments.Text("target")} {value}",
                (page, wait) => BrowserCalls.Find(page, call).SelectOptionAsync(value, new() { Timeout = wait }),
                cancellationToken
            );
    }

    private async Task<JsonNode?> WaitForAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var state = Array.IndexOf(s_states, call.Arguments.Text("state")) switch
        {
            0 => WaitForSelectorState.Visible,
            1 => WaitForSelectorState.Hidden,
            2 => WaitForSelectorState.Attached,
            3 => WaitForSelectorState.Detached,
            _ => throw new ToolException($"'state' must be one of {string.Join(", ", s_states)}."),
        };
        var timeout = calls.TimeOf(call);
        var browser = calls.Of(call);
        return await browser.DoAsync<JsonNode?>(
            timeout,
            async pages =>
            {
                var element = BrowserCalls.Find(pages.Current, call).First;
                await element.WaitForAsync(new() { State = state, Timeout = (float)timeout.TotalMilliseconds });
                return (await browser.LookAsync(pages)).ToJson();
            },
            cancellationToken
        );
    }

    private async Task<JsonNode?> ScrollAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var direction = call.Arguments.Text("direction");
        if (!s_directions.Contains(direction))
        {
            throw new ToolException($"'direction' must be one of {string.Join(", ", s_directions)}.");
        }

        const string Scroll = """
            direction => {
              const all = document.scrollingElement || document.documentElement;
              const before = all.scrollTop;
              const to = {
                down: before + innerHeight * 0.9, up: before - innerHeight * 0.9, bottom: all.scrollHeight, top: 0,
              }[direction];
              all.scrollTo({ top: to, behavior: "instant" });
              return all.scrollTop !== before;
            }
            """;
        var moved = false;
        var answer = await ActAsync(
            call,
            $"scroll {direction}",
            async (page, _) => moved = await page.EvaluateAsync<bool>(Scroll, direction),
            cancellationToken
        );
        answer!["moved"] = moved;
        return answer;
    }

    private Task<JsonNode?> BackAsync(ToolCall call, CancellationToken cancellationToken) =>
        ActAsync(
            call,
            "back",
            async (page, wait) =>
            {
                if (await page.OpenerAsync() is not null)
                {
                    await page.CloseAsync();
                    return;
                }

                _ = await page.GoBackAsync(new() { Timeout = wait, WaitUntil = WaitUntilState.DOMContentLoaded });
            },
            cancellationToken
        );

    private async Task<JsonNode?> ActAsync(
        ToolCall call,
        string action,
        Func<IPage, float, Task> act,
        CancellationToken cancellationToken
    )
    {
        var timeout = calls.TimeOf(call);
        var browser = calls.Of(call);
        return await browser.DoAsync<JsonNode?>(
            timeout,
            async pages =>
            {
                var page = pages.Current;
                await browser.Loops.CheckAsync(page, action);
                await act(page, (float)timeout.TotalMilliseconds);
                await pages.SettleAsync(cancellationToken);
                return (await browser.LookAsync(pages)).ToJson();
            },
            cancellationToken
        );
    }

    private static ProxyRefusal? Why(RunBrowser browser, int before) =>
        browser.Life!.Refused is (var times, { } last) && times > before ? last : null;

    private static bool LedTo(IResponse response, ProxyRefusal refusal) =>
        Uri.TryCreate(response.Url, UriKind.Absolute, out var uri) && EgressPolicy.HostKey(uri) == refusal.Host;

    // Made anew, since it is thrown in another call than the one it was made in.
    private static ToolException Again(ToolException why) =>
        why is ToolRefusedException ? new ToolRefusedException(why.Message) : new ToolException(why.Message);
}
