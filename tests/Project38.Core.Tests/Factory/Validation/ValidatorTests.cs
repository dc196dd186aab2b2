using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Factory;
using Project38.Core.Factory.Validation;
using Project38.Sandbox;
using Project38.Sandbox.Browsers;

namespace Project38.Core.Tests.Factory.Validation;

public sealed class ValidatorTests(FactoryFixture fixture) : IClassFixture<FactoryFixture>
{
    private const string Pressure = "/proc/pressure/cpu";

    private const string Clean = """"
        """Says hello."""

        from p38 import tools


        class Agent:
            """Says hello."""

            def __init__(self, config: dict) -> None:
                """Keep nothing."""

            async def execute(self) -> dict:
                """Say it."""
                await tools.notifications.send("hello, שלום")
                return {"status": "success", "result": {}}

        """";

    [Fact]
    public async Task Validate_DerivesTheManifest_WhenNothingIsWrong()
    {
        var report = await Validate(Clean);

        report.Findings.ShouldBeEmpty();
        report.Passed.ShouldBeTrue();
        report.Manifest.Tools.ShouldBe(["notifications.send"]);
        report.Manifest.Channels.ShouldBe(["inbox"]);
        report.Code.ShouldBe(Clean);
    }

    [Fact]
    public async Task Validate_ReportsAllAtOnceInOrder_WhenSeveralChecksFindSomething()
    {
        var code = Clean
            .Replace("from p38 import tools", "import numpy\nfrom p38 import tools")
            .Replace("await tools.", "print(numpy.pi, nothing)\n        eval('1')\n        await tools.");

        var report = await Validate(code);

        var rules = report.Findings.Select(finding => finding.Rule).ToArray();
        rules.ShouldContain("import-missing");
        rules.ShouldContain("F821");
        rules.ShouldContain("dynamic-code");
        rules.ShouldNotContain("S307"); // bandit's word for the same
        report.Findings.Select(finding => finding.Line ?? 0).ShouldBeInOrder();
        report.Passed.ShouldBeFalse();
    }

    [Fact]
    public async Task Validate_NamesLinesOfTheTextAsGiven_WhenTidyingMovesThem()
    {
        var code = Clean
            .Replace(
                "from p38 import tools",
                "\n\n\nimport zzz_missing, sys\n\nimport aaa_missing\nfrom p38 import tools"
            )
            .Replace(
                "await tools.",
                "x = {  'a': zzz_missing,\n\n\n\n 'b': aaa_missing };  y = nothing\n        await tools."
            );

        var report = await Validate(code);

        var lines = code.Split('\n');
        report.Code.Split('\n').Length.ShouldNotBe(lines.Length);
        report.Findings.ShouldContain(finding => finding.Rule == "F841");
        foreach (var finding in report.Findings)
        {
            var word = finding.Message.Split('`', '\'', '"', '“', '”')[1];
            lines[finding.Line!.Value - 1].ShouldContain(word, customMessage: $"{finding}");
        }
    }

    [Theory]
    [InlineData("\"\"\"Keep nothing.\"\"\"", "x = 1  # noqa: F841", true)] // D107: a docstring is missing
    [InlineData("await tools.", "undefined()\n        await tools.", false)] // F821 stays an error
    [InlineData("await tools.", "eval('1')\n        await tools.", false)] // dynamic-code stays an error
    [InlineData("await tools.", "print(list(zip([1], [2])))\n        await tools.", true)] // B905: zip without strict
    [InlineData("await tools.", "assert tools\n        await tools.", false)] // S101 stays an error
    [InlineData("async def execute", "async def run", false)] // the contract stays an error
    public async Task Validate_RelaxesStyleAlone_WhenNotStrict(string replace, string with, bool passes)
    {
        var code = Clean.Replace(replace, with);

        var strict = await Validate(code);
        var relaxed = await Validate(code, strict: false);

        strict.Passed.ShouldBeFalse();
        relaxed.Passed.ShouldBe(passes, string.Join('\n', relaxed.Findings));
        relaxed.Findings.Count.ShouldBe(strict.Findings.Count);
    }

    public static TheoryData<string> Hostile => [.. HostilePrograms.All.Keys];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Validate_EndsInTimeWithAFinding_WhenTheProgramIsHostile(string name)
    {
        var code = HostilePrograms.All[name];
        await Validate(Clean); // the first question starts ruff

        var (report, took) = await TimedAsync(() => Validate(code));
        var (asTests, tookAsTests) = await TimedAsync(() => Validate(Clean, code));
        var next = await Validate(Clean);

        report.Passed.ShouldBeFalse(name);
        report.Findings.ShouldAllBe(finding => finding.Message.Length > 10);
        asTests.Findings.ShouldNotBeEmpty(name);

        // It is for its author to mend: no check that could not run ends the making of an agent.
        report.Findings.Concat(asTests.Findings).ShouldNotContain(finding => finding.Rule == "check-unavailable");
        next.Findings.ShouldBeEmpty(name);
        took.ShouldBeLessThan(Longest(), name);
        tookAsTests.ShouldBeLessThan(Longest(), name);
    }

    // Where the kernel does not count what waits, all takes longer by how much wants to run.
    private static TimeSpan Longest()
    {
        var load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(File.Exists(Pressure) ? 2 : 2 * Math.Max(1, load / Environment.ProcessorCount));
    }

    // As of a machine to itself: without the time in which something waited for a processor.
    private static async Task<(ValidationReport Report, TimeSpan Took)> TimedAsync(
        Func<Task<ValidationReport>> validate
    )
    {
        var (watch, waited) = (Stopwatch.StartNew(), Waited());
        var report = await validate();
        return (report, watch.Elapsed - (Waited() - waited));
    }

    private static TimeSpan Waited()
    {
        if (!File.Exists(Pressure))
        {
            return TimeSpan.Zero;
        }
        var some = File.ReadLines(Pressure).First(line => line.StartsWith("some ", StringComparison.Ordinal));
        var total = some[(some.IndexOf("total=", StringComparison.Ordinal) + "total=".Length)..];
        return TimeSpan.FromMicroseconds(long.Parse(total, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Validate_ChecksTheNextProgram_WhenOneWasTooMuchForTheChecker()
    {
        // 120 KB are little as a text, and not as a tree.
        var many = Clean + "\nX = [" + string.Concat(Enumerable.Repeat("-~-~x,", 20_000)) + "]\n";

        var first = await Validate(many);
        var next = await Validate(Clean);
        var last = await Validate(Clean.Replace("await tools.", "eval('1')\n        await tools."));

        first.Passed.ShouldBeFalse();
        next.Findings.ShouldBeEmpty();
        last.Findings.ShouldHaveSingleItem().Rule.ShouldBe("dynamic-code");
    }

    [Fact]
    public async Task Validate_Fails_WhenRuffCannotBeStarted()
    {
        await using var services = FactoryFixture.Build(services =>
            services.Configure<FactoryOptions>(options => options.NodePath = "/nowhere/node")
        );

        var report = await services
            .GetRequiredService<Validator>()
            .ValidateAsync(Clean, null, python: null, strict: false, TestContext.Current.CancellationToken);

        var finding = report.Findings.ShouldHaveSingleItem();
        finding.Rule.ShouldBe("check-unavailable");
        finding.Message.ShouldContain("npm ci");
        report.Passed.ShouldBeFalse();
    }

    [Fact]
    public async Task Validate_Fails_WhenThereIsNoSandbox()
    {
        await using var services = FactoryFixture.Build(services => services.AddSingleton<ISandbox, NoSandbox>());

        var report = await services
            .GetRequiredService<Validator>()
            .ValidateAsync(Clean, null, python: null, strict: false, TestContext.Current.CancellationToken);

        var finding = report.Findings.ShouldHaveSingleItem();
        finding.Rule.ShouldBe("check-unavailable");
        finding.Message.ShouldContain("install bubblewrap");
        report.Passed.ShouldBeFalse();
    }

    [Fact]
    public async Task Validate_NamesTheFile_WhenTheTestsAreWrong()
    {
        var report = await fixture.Validator.ValidateAsync(
            Clean,
            "def test_nothing(:\n",
            python: null,
            strict: true,
            TestContext.Current.CancellationToken
        );

        var finding = report.Findings.ShouldHaveSingleItem();
        finding.File.ShouldBe("test_agent.py");
        finding.Rule.ShouldBe("syntax");
    }

    private Task<ValidationReport> Validate(string code, string? tests = null, bool strict = true) =>
        fixture.Validator.ValidateAsync(code, tests, python: null, strict, TestContext.Current.CancellationToken);

    private sealed class NoSandbox : ISandbox
    {
        public SandboxLevel Level => SandboxLevel.None;

        public Task<SandboxReport> ReportAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new SandboxReport(SandboxLevel.None, []));

        public Task WarmAsync(SandboxSpec spec, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<SandboxProcess> StartAsync(SandboxSpec spec, CancellationToken cancellationToken) =>
            throw new SandboxUnavailableException("Nothing here can contain a program: install bubblewrap.");

        public Task<BrowserCell> MakeCellAsync(BrowserCellSpec spec, CancellationToken cancellationToken) =>
            throw new SandboxUnavailableException("Nothing here can contain a program: install bubblewrap.");
    }
}
