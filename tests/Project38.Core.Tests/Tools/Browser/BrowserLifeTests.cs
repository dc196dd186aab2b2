using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Project38.Core.Tools.Browser;
using Project38.Sandbox;

namespace Project38.Core.Tests.Tools.Browser;

/// <summary>From its start to its end: whose it is, how many there are, what it may use, and what is left of it.</summary>
[Collection(BrowserFixture.OneAfterAnother)]
public sealed class BrowserLifeTests(BrowserFixture node) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task EachRun_HasABrowserOfItsOwn_InItsTurn()
    {
        node.Site.At(
            "/counted",
            context =>
            {
                var seen = context.Request.Cookies["seen"] ?? "nothing";
                context.Response.Cookies.Append("seen", "a run");
                return context.Response.WriteAsync($"seen {seen}");
            }
        );
        var options = BrowserFixture.Patient(new BrowserOptions { AtOnce = 1 });
        using var browsers = node.NewBrowsers(options);
        await using var first = node.NewAgent(browsers, options);
        await using var second = node.NewAgent(browsers, options);
        var url = $"{node.Home}/counted";

        _ = await first.DoAsync("navigate", new { url });
        _ = await first.DoAsync("navigate", new { url });
        var again = await first.DoAsync("text");
        var refused = await second.FailAsync("navigate", new { url, timeout = 0.2 });
        _ = await first.CloseAsync();
        _ = await second.DoAsync("navigate", new { url });
        var fresh = await second.DoAsync("text");

        again.GetString().ShouldBe("seen a run");
        refused.ShouldContain("All 1 browsers of this node are at work");
        fresh.GetString().ShouldBe("seen nothing");
    }

    [Fact]
    public async Task Session_LeavesNothing_WhenItEnds()
    {
        node.Site.Page("/left", "<p>words</p>");
        var before = Cells().ToHashSet();
        var agent = node.NewAgent();
        _ = await agent.DoAsync("navigate", new { url = $"{node.Home}/left" });
        var cells = Cells().Except(before).ToList();

        await agent.DisposeAsync();

        cells.ShouldNotBeEmpty();
        cells.Where(Directory.Exists).ShouldBeEmpty();
        Browsers(cells).ShouldBe(0);
    }

    [Fact]
    public async Task Browser_IsGoneWithItsSession_WhereThereIsNoCgroup()
    {
        node.Site.Page("/without", "<p>words</p>");
        await using var sandbox = new BubblewrapSandbox(
            Options.Create(new SandboxOptions { MaxLevel = SandboxLevel.NoCgroup }),
            TimeProvider.System
        );
        using var browsers = node.NewBrowsers(node.Options, sandbox);
        var before = Cells().ToHashSet();
        var agent = node.NewAgent(browsers);
        _ = await agent.DoAsync("navigate", new { url = $"{node.Home}/without" });
        var cells = Cells().Except(before).ToList();

        var text = await agent.DoAsync("text");
        await agent.DisposeAsync();

        text.GetString().ShouldBe("words");
        cells.Where(Directory.Exists).ShouldBeEmpty();
    }

    [Fact]
    public async Task Browser_IsGoneWithItsSession_WhereThereIsNoCgroup_AndItsDriverWasStopped()
    {
        node.Site.Page("/stopped", "<p>words</p>");
        await using var sandbox = new BubblewrapSandbox(
            Options.Create(new SandboxOptions { MaxLevel = SandboxLevel.NoCgroup }),
            TimeProvider.System
        );
        using var browsers = node.NewBrowsers(node.Options, sandbox);
        var before = Drivers().ToHashSet();
        var agent = node.NewAgent(browsers);
        _ = await agent.DoAsync("navigate", new { url = $"{node.Home}/stopped" });
        var drivers = Drivers().Except(before).ToList();
        foreach (var pid in drivers)
        {
            using var stop = Process.Start("kill", ["-STOP", $"{pid}"]);
            await stop.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await agent.DisposeAsync();

        drivers.ShouldNotBeEmpty();
        // The kernel takes a moment to end what is in a namespace whose first process is killed.
        SpinWait.SpinUntil(() => !Drivers().Intersect(drivers).Any(), TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public async Task Start_RemovesWhatBrowsersOfADeadPlatformHadOnDisk()
    {
        // No process of this namespace is number 1 and began at another time than it did.
        var space = Path.GetFileName(new FileInfo("/proc/self/ns/pid").LinkTarget!).Where(char.IsAsciiDigit);
        var left = Directory.CreateTempSubdirectory($"p38-browser-{string.Concat(space)}-1-7-");
        var other = Directory.CreateTempSubdirectory("p38-browser-7-1-7-");
        File.WriteAllText(Path.Combine(left.FullName, "enter"), "");
        await using var sandbox = new BubblewrapSandbox(
            Options.Create(new SandboxOptions { MaxLevel = SandboxLevel.NoCgroup }),
            TimeProvider.System
        );

        _ = await sandbox.ReportAsync(TestContext.Current.CancellationToken);

        Directory.Exists(left.FullName).ShouldBeFalse();
        Directory.Exists(other.FullName).ShouldBeTrue("it is of another namespace, of which nothing is known");
        other.Delete();
    }

    [Fact]
    public async Task Browser_EndsTheCallAndNothingElse_WhenItsMemoryIsUsedUp()
    {
        node.Site.Page(
            "/hungry",
            """
            <button onclick="for (const all = [];;) all.push(new Uint8Array(16 << 20).fill(1))">Eat</button>
            """
        );
        node.Site.Page("/after", "<p>after</p>");
        var options = BrowserFixture.Patient(new BrowserOptions { MemoryBytes = 400L * 1024 * 1024 });
        using var browsers = node.NewBrowsers(options);
        await using var agent = node.NewAgent(browsers, options);
        _ = await agent.DoAsync("navigate", new { url = $"{node.Home}/hungry" });

        var ended = await agent.FailAsync("click", new { target = "button" });
        var none = await agent.FailAsync("text");
        _ = await agent.DoAsync("navigate", new { url = $"{node.Home}/after" });

        ended.ShouldContain("The browser ended");
        ended.ShouldContain("navigate first");
        none.ShouldContain("No page is open");
        (await agent.DoAsync("text")).GetString().ShouldBe("after");
    }

    [Fact]
    public async Task Browser_IsClosed_WhenAPageNeverAnswers()
    {
        node.Site.Page("/stuck", """<button onclick="setTimeout(() => { for (;;) {} }, 1000)">Stick</button>""");
        await using var agent = node.NewAgent();
        _ = await agent.DoAsync("navigate", new { url = $"{node.Home}/stuck" });

        await agent.FailOrDoAsync("click", new { target = "button" });
        var stuck = await agent.FailAsync("wait_for", new { target = "#never", timeout = 2 });

        stuck.ShouldContain("did not answer");
        (await agent.FailAsync("text")).ShouldContain("No page is open");
    }

    [Fact]
    public async Task DryRun_LooksAtPages_AndChangesNothingOnThem()
    {
        node.Site.Page(
            "/order",
            """<form method="post" action="/ordered"><input name="what"><button>Order</button></form>"""
        );
        node.Site.Page("/ordered", "ordered");
        await using var agent = node.NewAgent(change: spec => spec with { DryRun = true });
        _ = await agent.DoAsync("navigate", new { url = $"{node.Home}/order" });

        _ = await agent.DoAsync("type", new { target = "input", text = "a kettle" });
        var submitted = await agent.DoAsync(
            "type",
            new
            {
                target = "input",
                text = "a kettle",
                submit = true,
            }
        );
        var clicked = await agent.DoAsync("click", new { target = "button" });
        var picture = await agent.DoAsync("screenshot", new { path = "dry.png" });

        submitted.GetProperty("url").GetString().ShouldEndWith("/order");
        clicked.GetProperty("url").GetString().ShouldEndWith("/order");
        picture.GetProperty("path").GetString().ShouldBe("dry.png");
        node.Workspace.Find("dry.png").ShouldBeNull();
        node.Site.Requests.ShouldNotContain("POST /ordered");
        agent.Session.Steps.Count(step => step.Outcome == "recorded").ShouldBe(3);
    }

    [Fact]
    public async Task Call_SaysWhatToInstall_WhenThereIsNoChromium()
    {
        var options = BrowserFixture.Patient(new BrowserOptions { ChromiumPath = "/usr/lib/chromium/not-there" });
        using var browsers = node.NewBrowsers(options);
        await using var agent = node.NewAgent(browsers, options);

        var refused = await agent.FailAsync("navigate", new { url = $"{node.Home}/shop" });

        refused.ShouldContain("Chromium is missing");
        refused.ShouldContain("apt-get install chromium");
    }

    [Fact]
    public async Task Connection_Ends_WhenTheRunHasLoadedAsMuchAsItMay()
    {
        // A script, which a busy machine need not lay out.
        node.Site.Page("/much", "<script src='/much.js'></script>");
        node.Site.At(
            "/much.js",
            async context =>
            {
                for (var part = 0; part < 4; part++)
                {
                    await context.Response.WriteAsync(new string(' ', 1024 * 1024), context.RequestAborted);
                }
            }
        );
        var options = BrowserFixture.Patient(new BrowserOptions { TrafficBytes = 1024 * 1024 });
        using var browsers = node.NewBrowsers(options);
        await using var agent = node.NewAgent(browsers, options);

        await agent.FailOrDoAsync("navigate", new { url = $"{node.Home}/much" });
        node.Site.Page("/shop", "<p>words</p>");
        var refused = await agent.FailAsync("navigate", new { url = $"{node.Home}/shop" });

        refused.ShouldContain("have loaded 1 MB");
    }

    private static IEnumerable<string> Cells() => Directory.EnumerateDirectories(Path.GetTempPath(), "p38-browser-*");

    // The driver, and bubblewrap around it.
    private static IEnumerable<int> Drivers() =>
        Directory
            .EnumerateDirectories("/proc", "*")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
            .Where(pid => pid > 0 && CommandLine(pid).Contains("run-driver", StringComparison.Ordinal));

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // Whoever still has a cell's folder in its command line.
    private static int Browsers(IReadOnlyList<string> cells) =>
        Directory
            .EnumerateDirectories("/proc", "*")
            .Count(folder =>
            {
                try
                {
                    var line = File.ReadAllText(Path.Join(folder, "cmdline"));
                    return cells.Any(cell => line.Contains(cell, StringComparison.Ordinal));
                }
                catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
                {
                    return false;
                }
            });
}
