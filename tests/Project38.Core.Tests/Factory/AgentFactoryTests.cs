using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation;

namespace Project38.Core.Tests.Factory;

public sealed class AgentFactoryTests(FactoryFixture fixture) : IClassFixture<FactoryFixture>
{
    private const string PlanAgent = """"
        """Counts, as an agent of the plan does."""


        class Agent:
            """Counts."""

            def __init__(self, config: dict) -> None:
                """Keep the step."""
                self.step = config.get("step", 1)

            async def execute(self) -> dict:
                """Count once."""
                return {"status": "success", "result": {"count": self.step}}

            async def cleanup(self) -> None:
                """Nothing to clean."""
        """";

    private readonly Steps _steps = new();

    [Theory]
    [InlineData("Every day at 8 add up expenses.csv and tell me when the total passes 1000", "table-total")]
    [InlineData("Every 5 minutes check example.com and tell me when it is down", "uptime")]
    [InlineData("Every morning tell me the new entries of https://example.com/feed.xml that mention rust", "feed")]
    [InlineData("Every day at 9 tell me when there is a new release of python/cpython", "releases")]
    [InlineData("Every 10 minutes tell me when a new PDF appears in /data/inbox", "folder-watch")]
    [InlineData("Every 10 minutes tell me when there are more than 5 new errors in app.log", "log-pattern")]
    [InlineData("Remind me every Sunday at 9 to water the plants", "reminder")]
    [InlineData("כל יום ב-8 סכם את expenses.csv ותודיע לי כשהסכום עובר את 1000", "table-total")]
    [InlineData("צור לי סוכן שעוקב אחרי מניות של טסלה ומתריע כאשר המחיר עולה ב-5%", "quote")]
    [InlineData("Tell me when the dollar goes above 3.80 shekels", "currency-rate")]
    [InlineData("Tell me when the field queue.length at https://example.com/stats is above 100", "json-field")]
    [InlineData("Tell me when https://example.com/news changes", "page-change")]
    [InlineData("Check the links on https://example.com/docs every Monday and tell me which are broken", "link-check")]
    public async Task FromBrief_GivesAProvedAgent_WhenABlueprintServes(string sentence, string blueprint)
    {
        var brief = new AgentBrief(sentence, null, "Asia/Jerusalem", "test");

        var result = await fixture.Factory.FromBriefAsync(brief, true, _steps, TestContext.Current.CancellationToken);

        var proved = result.ShouldBeOfType<FactoryResult.Proved>(_steps.ToString());
        proved.Agent.Origin.ShouldBe($"blueprint:{blueprint}");
        proved.Report.Findings.ShouldAllBe(finding => finding.Rule == SourceProbe.SilentSource);
        proved.Trial.Passed.ShouldBeGreaterThan(3);
        proved.Hash.Length.ShouldBe(64);
        _steps.Names.Where(step => step != "looked").ShouldBe(["understood", "wrote", "checked", "tried"]);
    }

    [Fact]
    public async Task FromBrief_KnowsTheHost_WhenItStandsInTheConfigAlone()
    {
        var brief = new AgentBrief("Tell me when http://example.com:8080/x is down", null, "UTC", "test");

        var result = await fixture.Factory.FromBriefAsync(brief, true, _steps, TestContext.Current.CancellationToken);

        var manifest = result.ShouldBeOfType<FactoryResult.Proved>(_steps.ToString()).Report.Manifest;
        manifest.Hosts.ShouldBe(["example.com:8080"]);
        ManifestWords
            .Describe(manifest)
            .ShouldBe(["asks example.com:8080 over the web", "tells you in the inbox", "nothing else"]);
    }

    [Fact]
    public async Task FromBrief_KnowsTheHostsOfPublicSources_WhenABlueprintBringsThem()
    {
        var brief = new AgentBrief("Tell me when Tesla rises by 5%", null, "UTC", "test");

        var result = await fixture.Factory.FromBriefAsync(brief, true, _steps, TestContext.Current.CancellationToken);

        var manifest = result.ShouldBeOfType<FactoryResult.Proved>(_steps.ToString()).Report.Manifest;
        manifest.Hosts.ShouldBe(["api.nasdaq.com", "query1.finance.yahoo.com", "query2.finance.yahoo.com"]);
    }

    [Fact]
    public async Task FromBrief_Refuses_WhenNothingServes()
    {
        var brief = new AgentBrief("Buy me a coffee machine", null, "UTC", "test");

        var result = await fixture.Factory.FromBriefAsync(brief, true, _steps, TestContext.Current.CancellationToken);

        result.ShouldBeOfType<FactoryResult.Refused>().Leftovers.ShouldBe(["Buy", "coffee machine"]);
        _steps.Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task FromProgram_ProvesByASmokeTrial_WhenItComesWithoutTests()
    {
        var result = await Import(PlanAgent, tests: null);

        var proved = result.ShouldBeOfType<FactoryResult.Proved>(_steps.ToString());
        proved.Trial.Smoke.ShouldBeTrue();
        proved.Trial.Findings.ShouldHaveSingleItem().Rule.ShouldBe("no-tests");
        proved.Report.Manifest.Tools.ShouldBeEmpty();
    }

    [Fact]
    public async Task FromProgram_KeepsTheTidiedText_WhenTheFormatWasOff()
    {
        var untidy = PlanAgent.Replace("= config", "=   config");

        var result = await Import(untidy, tests: null);

        var proved = result.ShouldBeOfType<FactoryResult.Proved>(_steps.ToString());
        proved.Agent.Code.ShouldContain("self.step = config");
    }

    [Fact]
    public async Task FromProgram_IsNotTried_WhenTheChecksFindAnError()
    {
        var result = await Import("def broken(:\n", tests: null);

        var report = result.ShouldBeOfType<FactoryResult.NotProved>();
        report.Trial.ShouldBeNull();
        report.Report.Findings.ShouldContain(finding => finding.Rule == "syntax" && finding.Line == 1);
    }

    private Task<FactoryResult> Import(string code, string? tests) =>
        fixture.Factory.FromProgramAsync(
            code,
            tests,
            name: null,
            new JsonObject(),
            strict: true,
            _steps,
            TestContext.Current.CancellationToken
        );

    private sealed class Steps : IProgress<FactoryProgress>
    {
        private readonly List<FactoryProgress> _all = [];

        public IEnumerable<string> Names => _all.Select(step => step.Step);

        public void Report(FactoryProgress value) => _all.Add(value);

        public override string ToString() => string.Join('\n', _all);
    }
}
