using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Project38.Core.Tests.Tools.Browser;

/// <summary>What agents do on pages, in real Chromium, with one browser for all of these tests.</summary>
[Collection(BrowserFixture.OneAfterAnother)]
public sealed partial class BrowserToolsTests(BrowserFixture node) : IClassFixture<BrowserFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Text_IsWhatAPersonSees_OfAPageOfTheShop()
    {
        node.Site.Page(
            "/shop",
            """
            <title>Shop</title><h1>Kettles</h1><p>Steel <b>kettle</b></p><p style="display:none">hidden words</p>
            <script>document.body.insertAdjacentHTML("beforeend", "<p>added by script</p>")</script>
            """
        );

        var page = await OpenAsync("/shop");
        var text = await node.Agent.DoAsync("text");

        page.GetProperty("title").GetString().ShouldBe("Shop");
        page.GetProperty("status").GetInt32().ShouldBe(200);
        text.GetString().ShouldBe("Kettles\n\nSteel kettle\n\nadded by script");
    }

    [Fact]
    public async Task Table_IsRowsOfTexts_OfTheNamedOne()
    {
        node.Site.Page(
            "/prices",
            """
            <table><tr><td>not this</td></tr></table>
            <table id="prices"><tr><th>Kettle</th><th>Price</th></tr><tr><td>Steel</td><td>12.50 ₪</td></tr></table>
            """
        );
        _ = await OpenAsync("/prices");

        var named = await node.Agent.DoAsync("table", new { target = "#prices" });
        var first = await node.Agent.DoAsync("table");

        named.GetRawText().ShouldBe("""[["Kettle","Price"],["Steel","12.50 ₪"]]""");
        first.GetRawText().ShouldBe("""[["not this"]]""");
    }

    [Fact]
    public async Task Login_Works_ByRefsOfTheAccessibilityTree()
    {
        node.Site.Page(
            "/login",
            """
            <form method="post" action="/welcome"><label>Name <input name="name"></label>
            <label>Password <input name="password" type="password"></label><button>Sign in</button></form>
            """
        );
        node.Site.At(
            "/welcome",
            async context =>
            {
                var form = await context.Request.ReadFormAsync();
                context.Response.Cookies.Append("who", form["name"].ToString());
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync($"<p>Hello {form["name"]} with {form["password"]}</p>");
            }
        );
        _ = await OpenAsync("/login");

        var tree = (await node.Agent.DoAsync("snapshot")).GetString()!;
        _ = await node.Agent.DoAsync("type", new { target = RefOf(tree, "Name"), text = "Dana" });
        _ = await node.Agent.DoAsync("type", new { target = RefOf(tree, "Password"), text = "sesame" });
        var page = await node.Agent.DoAsync("click", new { target = RefOf(tree, "Sign in") });

        page.GetProperty("url").GetString().ShouldEndWith("/welcome");
        (await TextAsync()).ShouldBe("Hello Dana with sesame");
    }

    [Fact]
    public async Task Type_WithSubmit_SendsTheForm_AndSelectChoosesByItsWords()
    {
        node.Site.Page(
            "/search",
            """
            <form action="/found"><select name="in"><option value="k">Kettles</option><option value="c">Cups</option></select>
            <input name="q" value="old"></form>
            """
        );
        node.Site.At("/found", context => context.Response.WriteAsync($"found {context.Request.QueryString}"));
        _ = await OpenAsync("/search");

        _ = await node.Agent.DoAsync("select", new { target = "select", value = "Cups" });
        var page = await node.Agent.DoAsync(
            "type",
            new
            {
                target = "input",
                text = "blue",
                submit = true,
            }
        );

        (await TextAsync()).ShouldBe("found ?in=c&q=blue");
        page.GetProperty("pages").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Scroll_LoadsMore_UntilThereIsNoMore()
    {
        node.Site.Page(
            "/endless",
            """
            <style>p { height: 700px }</style><div id="all"><p>item 1</p><p>item 2</p></div>
            <script>
              let page = 1;
              onscroll = async () => {
                if (innerHeight + scrollY < document.body.scrollHeight - 50 || page > 3) return;
                const answer = await fetch("/items/" + page++);
                document.getElementById("all").insertAdjacentHTML("beforeend", await answer.text());
              };
            </script>
            """
        );
        for (var part = 1; part <= 3; part++)
        {
            node.Site.Page($"/items/{part}", $"<p>more {part}</p>");
        }

        _ = await OpenAsync("/endless");
        var scrolled = 0;
        while ((await node.Agent.DoAsync("scroll", new { direction = "bottom" })).GetProperty("moved").GetBoolean())
        {
            (++scrolled).ShouldBeLessThan(10);
        }

        (await TextAsync()).ShouldEndWith("more 1\n\nmore 2\n\nmore 3");
    }

    [Fact]
    public async Task Popup_IsThePageThatIsLookedAt_UntilItIsLeft()
    {
        node.Site.Page("/opener", """<button onclick="window.open('/popup')">Open</button>""");
        node.Site.Page("/popup", "<p>in the popup</p>");
        _ = await OpenAsync("/opener");

        var opened = await node.Agent.DoAsync("click", new { target = "text=Open" });
        var inside = await TextAsync();
        var left = await node.Agent.DoAsync("back");

        opened.GetProperty("pages").GetInt32().ShouldBe(2);
        inside.ShouldBe("in the popup");
        left.GetProperty("pages").GetInt32().ShouldBe(1);
        left.GetProperty("url").GetString().ShouldEndWith("/opener");
    }

    [Fact]
    public async Task Popups_AreClosed_WhenThereAreTooMany()
    {
        node.Site.Page(
            "/storm",
            """<button onclick="for (let n = 0; n < 30; n++) window.open('/popup')">Storm</button>"""
        );
        node.Site.Page("/popup", "<p>in the popup</p>");
        _ = await OpenAsync("/storm");

        var stormed = await node.Agent.DoAsync("click", new { target = "button" });

        stormed.GetProperty("pages").GetInt32().ShouldBeInRange(1, node.Options.Pages);
        while ((await node.Agent.DoAsync("back")).GetProperty("pages").GetInt32() > 1)
        {
            // Each closes one.
        }
    }

    [Theory]
    [InlineData("text=Report")]
    [InlineData("address")]
    public async Task Download_ComesIntoTheWorkspace_ByAClickOrByItsAddress(string target)
    {
        node.Site.Page("/files", """<a href="/report">Report</a>""");
        Offer("/report", "../../.report 1.csv", "a,b\n1,2\n");
        _ = await OpenAsync("/files");

        var kept = await node.Agent.DoAsync(
            "download",
            new { target = target == "address" ? $"{node.Home}/report" : target }
        );

        var path = kept.GetProperty("path").GetString()!;
        path.ShouldStartWith("downloads/");
        path.ShouldEndWith("report_1.csv");
        kept.GetProperty("bytes").GetInt32().ShouldBe(8);
        Encoding.UTF8.GetString(node.Workspace.Read(path)).ShouldBe("a,b\n1,2\n");
    }

    [Fact]
    public async Task Download_IsRefused_WhenItIsLargerThanAFileMayBe()
    {
        node.Site.At(
            "/large",
            async context =>
            {
                context.Response.Headers.ContentDisposition = "attachment; filename=large.bin";
                for (var part = 0; part < 11; part++)
                {
                    await context.Response.Body.WriteAsync(new byte[1024 * 1024], context.RequestAborted);
                }
            }
        );

        var refused = await node.Agent.FailAsync("download", new { target = $"{node.Home}/large", path = "large.bin" });

        refused.ShouldContain("larger than 10 MB");
        node.Workspace.Find("large.bin").ShouldBeNull();
    }

    [Fact]
    public async Task Click_SaysWhatWasOffered_WhenNobodyTookTheFile()
    {
        node.Site.Page("/offers", """<a href="/offered">Get</a>""");
        Offer("/offered", "offered.txt", "words");
        _ = await OpenAsync("/offers");

        var page = await node.Agent.DoAsync("click", new { target = "a" });

        page.GetProperty("offered").GetRawText().ShouldBe("""["offered.txt"]""");
        page.GetProperty("url").GetString().ShouldEndWith("/offers");
    }

    [Fact]
    public async Task Navigate_SaysWhatToDo_WhenThereIsAFile()
    {
        Offer("/only-a-file", "file.txt", "words");

        var refused = await node.Agent.FailAsync("navigate", new { url = $"{node.Home}/only-a-file" });

        refused.ShouldContain("browser.download");
    }

    [Fact]
    public async Task ScreenshotAndPdf_AreFilesOfTheWorkspace()
    {
        node.Site.Page("/pretty", "<h1 style='color:red'>Pretty</h1>");
        _ = await OpenAsync("/pretty");

        var picture = await node.Agent.DoAsync("screenshot", new { path = "shots/one.png" });
        _ = await node.Agent.DoAsync("screenshot", new { path = "shots/two.jpg", full_page = true });
        _ = await node.Agent.DoAsync("pdf");

        var content = node.Workspace.Read("shots/one.png");
        content.Length.ShouldBe(picture.GetProperty("bytes").GetInt32());
        content.AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue();
        node.Workspace.Read("shots/two.jpg").AsSpan(0, 2).SequenceEqual(new byte[] { 0xff, 0xd8 }).ShouldBeTrue();
        node.Workspace.Read("page.pdf").AsSpan(0, 4).SequenceEqual("%PDF"u8).ShouldBeTrue();
    }

    [Fact]
    public async Task WaitFor_ReturnsWithTheElement_ThatComesLater()
    {
        node.Site.Page(
            "/later",
            """<script>setTimeout(() => document.body.insertAdjacentHTML("beforeend", "<p id=here>here</p>"), 300)</script>"""
        );
        _ = await OpenAsync("/later");

        _ = await node.Agent.DoAsync("wait_for", new { target = "#here" });
        var missing = await node.Agent.FailAsync("wait_for", new { target = "#never", timeout = 0.2 });

        (await TextAsync()).ShouldBe("here");
        missing.ShouldContain("Timeout 200ms exceeded");
    }

    [Fact]
    public async Task Click_IsRefused_WhenItIsDoneAgainAndAgain_OnAPageThatDoesNotChange()
    {
        node.Site.Page("/dead", "<button>Dead</button>");
        _ = await OpenAsync("/dead");
        for (var time = 0; time < node.Options.SameActions; time++)
        {
            _ = await node.Agent.DoAsync("click", new { target = "button" });
        }

        var refused = await node.Agent.FailAsync("click", new { target = "button" });

        refused.ShouldContain("the page did not change");
    }

    [Fact]
    public async Task Click_GoesOn_WhileThePageChanges()
    {
        node.Site.Page("/counter", """<button onclick="this.innerText = 1 + +this.innerText">0</button>""");
        _ = await OpenAsync("/counter");
        for (var time = 0; time < 2 * node.Options.SameActions; time++)
        {
            _ = await node.Agent.DoAsync("click", new { target = "button" });
        }

        (await TextAsync()).ShouldBe("10");
    }

    [Fact]
    public async Task Click_SaysWhy_WhenThereIsNoSuchElement()
    {
        node.Site.Page("/empty", "<p>nothing to click</p>");
        _ = await OpenAsync("/empty");

        var missing = await node.Agent.FailAsync("click", new { target = "e9999", timeout = 0.3 });
        var wrong = await node.Agent.FailAsync("click", new { target = ">>>[[", timeout = 0.3 });

        missing.Length.ShouldBeInRange(10, 310);
        wrong.Length.ShouldBeInRange(10, 310);
    }

    [Fact]
    public async Task WebSocket_OfAGrantedHost_Works()
    {
        node.Site.At(
            "/echo",
            async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var bytes = new byte[100];
                var got = await socket.ReceiveAsync(bytes.AsMemory(), Cancelled);
                await socket.SendAsync(bytes.AsMemory(0, got.Count), got.MessageType, true, Cancelled);
                await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "", Cancelled);
            }
        );
        node.Site.Page(
            "/socket",
            """
            <script>
              const socket = new WebSocket("ws://" + location.host + "/echo");
              socket.onopen = () => socket.send("over the socket");
              socket.onmessage = event => document.body.insertAdjacentHTML("beforeend", `<p id=echo>${event.data}</p>`);
            </script>
            """
        );
        _ = await OpenAsync("/socket");

        _ = await node.Agent.DoAsync("wait_for", new { target = "#echo" });

        (await TextAsync()).ShouldBe("over the socket");
    }

    private Task<JsonElement> OpenAsync(string path) => node.Agent.DoAsync("navigate", new { url = node.Home + path });

    private async Task<string?> TextAsync() => (await node.Agent.DoAsync("text")).GetString();

    private void Offer(string path, string name, string content) =>
        node.Site.At(
            path,
            context =>
            {
                context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
                return context.Response.WriteAsync(content);
            }
        );

    private static string RefOf(string tree, string name) =>
        Refs.Matches(tree).First(match => match.Groups["name"].Value == name).Groups["ref"].Value;

    [GeneratedRegex(@"""(?<name>[^""]+)""[^\n]*\[ref=(?<ref>\w+)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Refs { get; }
}
