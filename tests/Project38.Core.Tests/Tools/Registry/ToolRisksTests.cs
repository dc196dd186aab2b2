using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Agents.Risks;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Registry;
using Project38.Testing;

namespace Project38.Core.Tests.Tools.Registry;

public sealed partial class ToolRisksTests : IDisposable
{
    private const ToolRisk Web = ToolRisk.UntrustedContent | ToolRisk.WayOut;

    /// <summary>What each tool brings, under a grant that names a host and a channel. Who adds a tool decides it here.</summary>
    private static readonly Dictionary<string, ToolRisk> s_table = new()
    {
        ["approval.ask"] = ToolRisk.WayOut,
        ["browser.back"] = Web,
        ["browser.click"] = Web,
        ["browser.download"] = Web,
        ["browser.navigate"] = Web,
        ["browser.pdf"] = Web,
        ["browser.screenshot"] = Web,
        ["browser.scroll"] = Web,
        ["browser.select"] = Web,
        ["browser.snapshot"] = Web,
        ["browser.table"] = Web,
        ["browser.text"] = Web,
        ["browser.type"] = Web,
        ["browser.wait_for"] = Web,
        ["clock.now"] = ToolRisk.None,
        ["filesystem.append_text"] = ToolRisk.None,
        ["filesystem.delete"] = ToolRisk.None,
        ["filesystem.glob"] = ToolRisk.PrivateData,
        ["filesystem.info"] = ToolRisk.PrivateData,
        ["filesystem.list"] = ToolRisk.PrivateData,
        ["filesystem.make_folder"] = ToolRisk.None,
        ["filesystem.move"] = ToolRisk.None,
        ["filesystem.read_bytes"] = ToolRisk.PrivateData,
        ["filesystem.read_text"] = ToolRisk.PrivateData,
        ["filesystem.write_bytes"] = ToolRisk.None,
        ["filesystem.write_text"] = ToolRisk.None,
        ["http.get_feed"] = Web,
        ["http.get_readable"] = Web,
        ["http.request"] = Web,
        ["http.select"] = Web,
        ["llm.ask"] = ToolRisk.None,
        ["memory.search"] = ToolRisk.PrivateData,
        ["notifications.send"] = ToolRisk.WayOut,
    };

    private static readonly Manifest s_open = new() { Hosts = ["example.com"], Channels = ["inbox", "my-chat"] };

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging()
        .AddStorage()
        .AddTools()
        .BuildServiceProvider();

    private ToolRisks Risks => _services.GetRequiredService<ToolRisks>();

    public void Dispose() => _services.Dispose();

    private async Task<HeldRisks> HeldAsync(IReadOnlyList<string> tools)
    {
        await using var db = _services.GetRequiredService<ProductDbFactory>().CreateDbContext();
        return await Risks.OfAsync(db, s_open with { Tools = tools }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void OfTool_IsAsTheTableSays_ForEveryTool()
    {
        var tools = _services.GetRequiredService<ToolRegistry>().All.Select(tool => tool.Name);

        var brought = tools.ToDictionary(name => name, name => Risks.OfTool(name, s_open));

        brought.ShouldBe(s_table, ignoreOrder: true);
    }

    [Theory]
    [InlineData("notifications.send", "inbox", null, ToolRisk.None)]
    [InlineData("notifications.send", "my-chat", null, ToolRisk.WayOut)]
    [InlineData("approval.ask", "inbox", null, ToolRisk.None)]
    [InlineData("http.request", null, null, ToolRisk.None)]
    [InlineData("http.request", null, "example.com", Web)]
    [InlineData("browser.text", "my-chat", null, ToolRisk.None)]
    [InlineData("filesystem.read_text", null, null, ToolRisk.PrivateData)]
    [InlineData("external.github.create_issue", null, null, ToolRisk.All)]
    public void OfTool_GoesByTheGrant_AndTakesTheWorstOfAToolThatNobodyKnows(
        string tool,
        string? channel,
        string? host,
        ToolRisk brings
    )
    {
        var grant = new Manifest { Channels = channel is null ? [] : [channel], Hosts = host is null ? [] : [host] };

        Risks.OfTool(tool, grant).ShouldBe(brings);
    }

    [Fact]
    public async Task Of_NamesTheToolsByWhichEachComes()
    {
        var held = await HeldAsync([
            "clock.now",
            "filesystem.list",
            "http.request",
            "memory.search",
            "notifications.send",
        ]);

        held.AreAll.ShouldBeTrue();
        held.PrivateData.ShouldBe(["filesystem.list", "memory.search"]);
        held.UntrustedContent.ShouldBe(["http.request"]);
        held.WayOut.ShouldBe(["http.request", "notifications.send"]);
    }

    [Fact]
    public async Task Of_HoldsNotAllThree_ForAnyBlueprint()
    {
        var programs = Directory.GetFiles(
            Repository.Folder("src", "Project38.Core", "Factory", "Generation", "Blueprints"),
            "agent.py",
            SearchOption.AllDirectories
        );

        // Which function it is does not matter: by any of a namespace that reads the whole namespace counts.
        List<HeldRisks> held = [];
        foreach (var program in programs)
        {
            var named = Namespace
                .Matches(await File.ReadAllTextAsync(program, TestContext.Current.CancellationToken))
                .Select(match => match.Groups["name"].Value)
                .ToHashSet();
            held.Add(await HeldAsync([.. s_table.Keys.Where(tool => named.Contains(tool.Split('.')[0]))]));
        }

        programs.Length.ShouldBeGreaterThan(10);
        held.ShouldAllBe(one => !one.AreAll);
        held.Count(one => one.PrivateData.Count > 0).ShouldBeGreaterThan(1);
        held.Count(one => one.UntrustedContent.Count > 0).ShouldBeGreaterThan(1);
    }

    [GeneratedRegex(@"\btools\.(?<name>[a-z]+)\.", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Namespace { get; }
}
