using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Factory;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;

namespace Project38.Core.Tests.Factory.Trial;

/// <summary>What the platform could not do is an error; what the program is too much for is for its author to mend.</summary>
public sealed class MutationCheckTests
{
    private const string Agent = """
        from p38 import tools


        class Agent:
            def __init__(self, config):
                self.left = 4

            async def execute(self):
                while self.left != 0:
                    self.left = max(self.left - 2, 0)
                    await tools.notifications.send(f"{self.left}")
                return {"status": "success", "result": None}

        """;

    private const string Tests = """
        from agent import Agent
        from p38.testing import World


        async def test_counts_down():
            world = World()
            await world.run(Agent)
            assert [note.text for note in world.notifications] == ["2", "0"]

        """;

    [Fact]
    public async Task Check_FindsNothing_WhenAChangeRunsOnAndOn()
    {
        var found = await CheckAsync(Tests);

        found.ShouldBeEmpty();
    }

    [Fact]
    public async Task Check_IsAnError_WhenThePlatformCannotRunIt()
    {
        var found = await CheckAsync(Tests, options => options.PackagesFolder = "/nowhere");

        var finding = found.ShouldHaveSingleItem();
        (finding.Rule, finding.Severity).ShouldBe(("check-unavailable", FindingSeverity.Error));
        finding.Message.ShouldContain("apt-get install python3-pytest");
    }

    [Theory]
    [InlineData("def test_grows():\n    assert len(b'x' * 400_000_000)\n", "MB of memory", "Make it smaller")]
    [InlineData("import os\n\n\ndef test_leaves():\n    os._exit(0)\n", "ended with code 0", "end the process")]
    public Task Check_SaysWhatToChange_WhenTheTestsAreTooMuch(string tests, string why, string what) =>
        ShouldSayWhatToChangeAsync(tests, why, what);

    // The only one with a time of its own: on a busy machine it takes the kernel seconds to end what has grown too much.
    [Fact]
    public Task Check_SaysWhatToChange_WhenTheTestsTakeTooLong() =>
        ShouldSayWhatToChangeAsync(
            "import time\n\n\ndef test_waits():\n    time.sleep(1.2)\n",
            "longer than 3 s",
            "Make it quicker",
            options => options.TrialTimeout = TimeSpan.FromSeconds(3)
        );

    [Fact]
    public async Task Check_NamesTheTests_WhenTheyPassOnlyOnce()
    {
        var found = await CheckAsync(
            "KEPT = []\n\n\ndef test_a():\n    KEPT.append(1)\n\n\ndef test_b():\n    assert KEPT\n"
        );

        found.ShouldHaveSingleItem().Message.ShouldContain("in the reverse order, test_b failed");
    }

    private static async Task ShouldSayWhatToChangeAsync(
        string tests,
        string why,
        string what,
        Action<FactoryOptions>? change = null
    )
    {
        var found = await CheckAsync(Tests + "\n\n" + tests, change);

        var finding = found.ShouldHaveSingleItem();
        (finding.Rule, finding.Severity, finding.File).ShouldBe(
            ("weak-tests", FindingSeverity.Warning, "test_agent.py")
        );
        finding.Message.ShouldContain(why);
        finding.Message.ShouldContain(what);
    }

    private static async Task<IReadOnlyList<Finding>> CheckAsync(string tests, Action<FactoryOptions>? change = null)
    {
        await using var services = FactoryFixture.Build(services => services.Configure(change ?? (_ => { })));
        return await services
            .GetRequiredService<MutationCheck>()
            .CheckAsync(Agent, tests, [], TestContext.Current.CancellationToken);
    }
}
