using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Project38.Core.Agents;
using Project38.Core.Factory.Validation;
using Project38.Testing;

namespace Project38.Core.Tests.Factory.Validation;

public sealed class DeclarationCheckTests(FactoryFixture fixture) : IClassFixture<FactoryFixture>
{
    private const string Telling = "await tools.notifications.send(\"x\")";
    private const string Asking = "await tools.http.get_json(\"https://api.example.com/x\")";

    [Theory]
    [InlineData(Telling, "", "notifications.send", "", "inbox")]
    [InlineData(Telling, "", "notifications.send", "", "")] // the person's own inbox
    [InlineData(Asking, "", "http.request", "api.example.com", "")]
    [InlineData(Asking, "", "http.get", "https://API.example.com:443/v1", "")]
    [InlineData("await tools.http.get(\"http://a.example.com/\")", "", "http.get", "a.example.com:80", "")]
    [InlineData("await tools.http.post_json(\"https://a.example.com/\", 1)", "", "http.post_json", "a.example.com", "")]
    [InlineData(
        "await tools.http.get_readable(\"https://a.example.com/\")",
        "",
        "http.get_readable",
        "a.example.com",
        ""
    )]
    [InlineData("await tools.http.select(self.u, \"p\")", "https://a.example.com/", "http.select", "a.example.com", "")]
    [InlineData("await tools.http.get_feed(self.u)", "https://a.example.com/", "http.get_feed", "a.example.com", "")]
    [InlineData("await tools.http.get(\"https://דוגמה.example.com/\")", "", "http.get", "דוגמה.example.com", "")]
    [InlineData(
        "await tools.http.get(self.u)",
        "https://one.example.com:8443/x",
        "http.get",
        "one.example.com:8443",
        ""
    )]
    [InlineData("self.shown = \"https://shown.example.com/\"", "", "", "", "")] // no tool asks it
    [InlineData("await tools.notifications.send(\"x\", channel=\"ops\")", "", "notifications.send", "", "ops")]
    public async Task Compare_SaysNothing_WhenTheDeclarationIsTrue(
        string line,
        string address,
        string tools,
        string hosts,
        string channels
    )
    {
        var found = await CompareAsync(line, address, tools, hosts, channels);

        found.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Telling, "", "", "", "inbox", "tool notifications.send", 14)]
    [InlineData(Asking, "", "", "api.example.com", "", "tool http.request", 14)]
    [InlineData(Asking, "", "http.get", "example.com", "", "host api.example.com", 14)]
    [InlineData(
        "await tools.http.get(self.u)",
        "https://c.example.com/",
        "http.get",
        "",
        "",
        "host c.example.com",
        null
    )]
    [InlineData(
        "await tools.notifications.send(\"x\", None, \"ops\")",
        "",
        "notifications.send",
        "",
        "",
        "channel ops",
        14
    )]
    public async Task Compare_IsAnErrorAtItsLine_WhenSomethingIsUsedAndNotDeclared(
        string line,
        string address,
        string tools,
        string hosts,
        string channels,
        string what,
        int? at
    )
    {
        var found = await CompareAsync(line, address, tools, hosts, channels);

        var finding = found.Single(one => one.Rule == DeclarationCheck.Undeclared);
        (finding.Severity, finding.Line).ShouldBe((FindingSeverity.Error, at));
        finding.File.ShouldBe(at is null ? "config" : "agent.py");
        finding.Message.ShouldContain(what);
    }

    [Theory]
    [InlineData(Telling, "notifications.send,filesystem.delete", "", "", FindingSeverity.Warning)]
    [InlineData(Telling, "notifications.send", "a.example.com", "", FindingSeverity.Warning)]
    [InlineData(Telling, "notifications.send", "", "ops", FindingSeverity.Warning)]
    [InlineData("await tools.http.get(\"https://\" + self.u)", "http.get", "a.example.com", "", FindingSeverity.Error)]
    [InlineData(
        "await tools.notifications.send(\"x\", channel=self.u)",
        "notifications.send",
        "",
        "ops",
        FindingSeverity.Error
    )]
    [InlineData("await self.u(tools.filesystem)", "filesystem.delete", "", "", FindingSeverity.Error)]
    public async Task Compare_IsAnError_OnlyWhenWhatWasDeclaredWouldBeMissingInTheRun(
        string line,
        string tools,
        string hosts,
        string channels,
        FindingSeverity severity
    )
    {
        var found = await CompareAsync(line, "", tools, hosts, channels);

        var finding = found.ShouldHaveSingleItem();
        (finding.Rule, finding.Severity).ShouldBe((DeclarationCheck.DeclaredOnly, severity));
    }

    [Fact]
    public async Task Compare_IsAnError_WhenItsOwnConfigTakesAToolAway()
    {
        var report = await fixture.Validator.ValidateAsync(
            Program(Telling),
            null,
            python: null,
            strict: false,
            CancellationToken
        );
        var config = new JsonObject { ["tools"] = new JsonArray("http.request") };

        var found = DeclarationCheck.Compare(new Manifest { Tools = ["notifications.send"] }, config, report);

        var finding = found.ShouldHaveSingleItem();
        (finding.Rule, finding.Severity, finding.File).ShouldBe(
            (DeclarationCheck.Narrowed, FindingSeverity.Error, "config")
        );
    }

    [Fact]
    public async Task Compare_SaysNothing_WhenTheProgramCannotBeRead()
    {
        var report = await fixture.Validator.ValidateAsync(
            "def broken(:\n",
            null,
            python: null,
            strict: true,
            CancellationToken
        );

        DeclarationCheck.Compare(new Manifest { Tools = ["http.get"] }, [], report).ShouldBeEmpty();
    }

    [Fact]
    public void Conveniences_AreThoseOfTheLibrary()
    {
        var library = File.ReadAllText(Path.Combine(Repository.Folder("runtime", "python"), "p38", "_tool_names.py"));
        var written = Regex
            .Matches(
                library,
                "\"(?<name>[a-z_.]+)\": \"(?<tool>[a-z_.]+)\"",
                RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(1)
            )
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["tool"].Value);

        DeclarationCheck.Conveniences.ShouldBe(written, ignoreOrder: true);
    }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private async Task<IReadOnlyList<Finding>> CompareAsync(
        string line,
        string address,
        string tools,
        string hosts,
        string channels
    )
    {
        var report = await fixture.Validator.ValidateAsync(
            Program(line),
            null,
            python: null,
            strict: false,
            CancellationToken
        );
        var declared = new Manifest
        {
            Tools = Split(tools),
            Hosts = Split(hosts),
            Channels = Split(channels),
        };
        return DeclarationCheck.Compare(declared, new JsonObject { ["url"] = address }, report);
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static string Program(string line) =>
        $$""""
            """A program."""

            from p38 import tools


            class Agent:
                """An agent."""

                def __init__(self, config: dict) -> None:
                    """Read the address."""
                    self.u = config["url"]

                async def execute(self) -> dict:
                    {{line}}
                    return {"status": "success", "result": 1}

            """";
}
