using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Factory;
using Project38.Core.Factory.Trial;
using Project38.Sandbox;

namespace Project38.Core.Tests.Factory.Trial;

/// <summary>Trials in sandboxes that are made for each.</summary>
public sealed class FreshTrialTests(FreshTrialTests.Trials trials)
    : AgentTrialContract(trials),
        IClassFixture<FreshTrialTests.Trials>
{
    public sealed class Trials() : TrialFixture(isForked: false);
}

/// <summary>Trials that are forked from a Python that has pytest loaded.</summary>
public sealed class ForkedTrialTests(ForkedTrialTests.Trials trials)
    : AgentTrialContract(trials),
        IClassFixture<ForkedTrialTests.Trials>
{
    public sealed class Trials() : TrialFixture(isForked: true);
}

/// <summary>The real trial, whose processes are all started in one way.</summary>
public abstract class TrialFixture(bool isForked) : IAsyncLifetime
{
    private readonly ServiceProvider _services = FactoryFixture.Build(services =>
        services.Configure<SandboxOptions>(options => options.Forks = isForked)
    );

    public async ValueTask InitializeAsync() => await Trial.WarmAsync(TestContext.Current.CancellationToken);

    /// <summary>Tries it, in the way that these tests are of.</summary>
    public async Task<TrialReport> TryAsync(string? tests, string code)
    {
        var config = new JsonObject { ["step"] = 2 };
        var report = await Trial.RunAsync(code, tests, config, TestContext.Current.CancellationToken);
        if (tests is not null)
        {
            (report.Exit!.Start != SandboxStart.Fresh).ShouldBe(isForked);
        }
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private AgentTrial Trial => _services.GetRequiredService<AgentTrial>();
}

/// <summary>What trials find out, however they were started.</summary>
public abstract class AgentTrialContract(TrialFixture trials)
{
    private const string Agent = """
        class Agent:
            def __init__(self, config):
                self.step = config.get("step", 1)

            async def execute(self):
                return {"status": "success", "result": {"count": self.step}}

        """;

    [Fact]
    public async Task Run_Succeeds_WhenCoroutineTestsPass()
    {
        var report = await Try(
            "from agent import Agent\n\n\nasync def test_counts():\n    assert (await Agent({}).execute())['status'] == 'success'\n"
        );

        report.Succeeded.ShouldBeTrue(report.Log);
        (report.Collected, report.Passed, report.Smoke).ShouldBe((1, 1, false));
    }

    [Theory]
    [InlineData("async def test_fails():\n    assert False\n", "failed")]
    [InlineData("import pytest\n\n\n@pytest.mark.skip\ndef test_skipped():\n    pass\n", "skipped")]
    [InlineData("import nowhere\n\n\ndef test_never():\n    pass\n", "error")]
    public async Task Run_Fails_WhenATestDoesNotPass(string tests, string outcome)
    {
        var report = await Try(tests);

        report.Succeeded.ShouldBeFalse();
        report.Failures.ShouldContain(failure => failure.Outcome == outcome);
    }

    [Theory]
    [InlineData("import sys\n\nsys.exit(0)\n\n\ndef test_a():\n    pass\n")]
    [InlineData("import pytest\n\n\ndef test_a():\n    pytest.exit('done', 0)\n")]
    [InlineData("import pytest\n\npytest.skip('no', allow_module_level=True)\n\n\ndef test_a():\n    pass\n")]
    [InlineData("import pytest\n\n\n@pytest.mark.parametrize('x', [])\ndef test_a(x):\n    pass\n")]
    [InlineData("def test_a():\n    raise KeyboardInterrupt\n")]
    [InlineData("def test_a():\n    yield\n    assert False\n")]
    [InlineData("async def test_a():\n    yield\n    assert False\n")]
    [InlineData("def test_a():\n    return False\n")]
    [InlineData("def test_a():\n    pass\n\n\ntest_a.__test__ = False\n")]
    [InlineData(
        "import unittest\n\n\nclass TestA(unittest.TestCase):\n    def test_a(self):\n        yield\n        assert False\n"
    )]
    [InlineData(
        "import unittest\n\n\nclass TestA(unittest.TestCase):\n    async def test_a(self):\n        assert False\n"
    )]
    [InlineData("import unittest\n\n\nclass TestA(unittest.TestCase):\n    def test_a(self):\n        return False\n")]
    [InlineData(
        "import unittest\n\n\nclass TestA(unittest.IsolatedAsyncioTestCase):\n    async def test_a(self):\n        yield\n        assert False\n"
    )]
    [InlineData("import os, atexit\n\natexit.register(os._exit, 0)\n\n\ndef test_a():\n    assert False\n")]
    [InlineData(
        "import os\n\n\ndef test_a():\n    os.write(201, b'{\"jsonrpc\":\"2.0\",\"id\":999,\"method\":\"p38/trial\",\"params\":{\"event\":\"finished\"}}\\n')\n    assert False\n"
    )]
    [InlineData(
        "import os\n\n\ndef test_a():\n    os.write(201, b'{\"jsonrpc\":\"2.0\",\"id\":999,\"method\":\"p38/trial\",\"params\":{\"event\":\"test\",\"test\":\"test_a\",\"outcome\":\"passed\"}}\\n')\n    assert False\n"
    )]
    [InlineData("class TestA:\n    def __init__(self):\n        pass\n\n    def test_a(self):\n        assert False\n")]
    public async Task Run_DoesNotSucceed_WhenTheTestsProveNothing(string tests)
    {
        var report = await Try(tests);

        report.Succeeded.ShouldBeFalse(report.Log);
    }

    [Theory]
    [InlineData(
        "import unittest\n\n\nclass TestA(unittest.TestCase):\n    def test_a(self):\n        self.assertTrue(True)\n"
    )]
    [InlineData(
        "import unittest\n\n\nclass TestA(unittest.IsolatedAsyncioTestCase):\n    async def test_a(self):\n        self.assertTrue(True)\n"
    )]
    public async Task Run_Succeeds_WhenTheTestsAreOfAnotherStyle(string tests)
    {
        var report = await Try(tests);

        report.Succeeded.ShouldBeTrue(report.Log + string.Join('\n', report.Failures));
    }

    [Fact]
    public async Task Run_CountsTheTestAlone_WhenAChildOfItExits()
    {
        var report = await Try("import os\n\n\ndef test_a():\n    if os.fork() == 0:\n        os._exit(0)\n");

        // Without a cgroup nothing counts processes, so a run may have none but its own.
        report.Succeeded.ShouldBe(report.Exit!.Level >= SandboxLevel.Full, report.Log);
        report.Collected.ShouldBe(1);
    }

    [Fact]
    public async Task Run_SaysThatTheSessionNeverFinished_WhenATestExitsWithZero()
    {
        var report = await Try("import os\n\n\ndef test_exits():\n    os._exit(0)\n");

        report.Succeeded.ShouldBeFalse();
        report.Finished.ShouldBeFalse();
        report.Findings.ShouldContain(f => f.Rule == "trial-unfinished" && f.Message.Contains("never finished"));
    }

    [Fact]
    public async Task Run_Fails_WhenThereIsNoTestInTheTests()
    {
        var report = await Try("X = 1\n");

        report.Succeeded.ShouldBeFalse();
        report.Findings.ShouldContain(finding => finding.Rule == "no-tests");
    }

    [Fact]
    public async Task Run_SeesNoOtherPackages_WhenTheHostHasThem()
    {
        // Debian's pip is beside pytest, and must be as missing in a trial as it is in a run.
        var report = await Try(
            "def test_alone():\n    import importlib.util\n\n    assert importlib.util.find_spec('pkg_resources') is None\n    assert importlib.util.find_spec('yaml') is None\n"
        );

        report.Succeeded.ShouldBeTrue(string.Join('\n', report.Failures));
    }

    [Fact]
    public async Task Run_SaysHowLongItMay_WhenATestNeverEnds()
    {
        await using var services = FactoryFixture.Build(services =>
            services.Configure<FactoryOptions>(options => options.TrialTimeout = TimeSpan.FromSeconds(2))
        );

        var report = await services
            .GetRequiredService<AgentTrial>()
            .RunAsync(
                Agent,
                "def test_loops():\n    while True:\n        pass\n",
                [],
                TestContext.Current.CancellationToken
            );

        report.Succeeded.ShouldBeFalse();
        report.Findings.ShouldContain(finding => finding.Message.Contains("longer than 2 s"));
    }

    [Fact]
    public async Task Run_NamesTheCommand_WhenPytestIsMissing()
    {
        await using var services = FactoryFixture.Build(services =>
            services.Configure<FactoryOptions>(options => options.PackagesFolder = "/nowhere")
        );

        var report = await services
            .GetRequiredService<AgentTrial>()
            .RunAsync(Agent, "def test_a():\n    pass\n", [], TestContext.Current.CancellationToken);

        report.Succeeded.ShouldBeFalse();
        report.Findings.ShouldHaveSingleItem().Message.ShouldContain("apt-get install python3-pytest");
    }

    [Fact]
    public async Task Run_FailsTheSmokeTrial_WhenTheProgramRaises()
    {
        var report = await Try(tests: null, Agent.Replace("return {", "raise ValueError({").Replace("}}", "}})"));

        report.Smoke.ShouldBeTrue();
        report.Succeeded.ShouldBeFalse();
        report.Failures.ShouldHaveSingleItem().Message.ShouldContain("ValueError");
    }

    private Task<TrialReport> Try(string? tests, string code = Agent) => trials.TryAsync(tests, code);
}
