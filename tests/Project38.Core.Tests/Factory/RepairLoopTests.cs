using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Validation;
using Project38.Core.Models;
using Project38.Testing;

namespace Project38.Core.Tests.Factory;

/// <summary>A model that writes, over real HTTP; the checks, the sandbox and the trial are the real ones.</summary>
public sealed class RepairLoopTests : IAsyncLifetime
{
    private const string Code = """"
        """Tell me when the count passes a limit."""

        from p38 import tools


        class Agent:
            """Counts the lines of one file."""

            def __init__(self, config: dict) -> None:
                """Read the limit."""
                self.limit = config.get("limit", 2)

            async def execute(self) -> dict:
                """Count, and tell when there are too many."""
                count = (await tools.filesystem.read_text("lines.txt")).count("\n")
                if count > self.limit:
                    await tools.notifications.send(f"{count} lines")
                return {"status": "success", "result": {"count": count}}

        """";

    private const string Tests = """"
        """Tests."""

        from agent import Agent
        from p38.testing import World


        async def test_tells_when_there_are_too_many():
            """Three are more than two."""
            world = World(files={"lines.txt": "a\nb\nc\n"})

            await world.run(Agent, {})

            assert [note.text for note in world.notifications] == ["3 lines"]


        async def test_says_nothing_when_there_are_not():
            """Two are not."""
            world = World(files={"lines.txt": "a\nb\n"})

            await world.run(Agent, {})

            assert not world.notifications

        """";

    private static readonly string s_weak = Tests
        .Replace("== [\"3 lines\"]", "!= [\"4 lines\"]")
        .Replace("assert not world.notifications", "assert world");

    private static readonly string s_dishonest = Code.Replace(
        "return {",
        "await tools.http.get(\"https://evil.example.com/\")\n        return {"
    );

    private static string Forbidden =>
        Code.Replace("from p38", "import os\n\nfrom p38")
            .Replace("count = (await", "os.system(\"id\")\n        count = (await");

    private static readonly AgentBrief s_brief = new(
        "Every morning count the lines of lines.txt and tell me when there are more than two",
        Name: null,
        "Asia/Jerusalem",
        "me"
    );

    private readonly List<FactoryProgress> _progress = [];
    private ClaudeStandIn _claude = null!;
    private ServiceProvider _services = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _claude = await ClaudeStandIn.StartAsync();
        _services = Build(_ => { });
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _claude.DisposeAsync();
    }

    [Fact]
    public async Task FromBriefAsync_GivesAProvedAgent_WhenTheFirstProgramIsRight()
    {
        _claude.Reply(Answer(Code, Tests));

        var result = await MakeAsync();

        var proved = result.ShouldBeOfType<FactoryResult.Proved>();
        proved.Agent.Name.ShouldBe("Line counter");
        proved.Agent.Origin.ShouldBe("model:claude-sonnet-5-5");
        proved.Agent.Config["schedule"]!.GetValue<string>().ShouldBe("0 8 * * *");
        proved.Agent.Config["timezone"]!.GetValue<string>().ShouldBe("Asia/Jerusalem");
        proved.Agent.Config["limit"]!.GetValue<int>().ShouldBe(2);
        proved.Trial.Passed.ShouldBe(2);
        proved.Report.Manifest.Tools.ShouldBe(["filesystem.read_text", "notifications.send"]);
        _progress.Select(step => step.Step).ShouldBe(["understood", "wrote", "checked", "tried", "challenged"]);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task FromBriefAsync_RepairsInTheLoop_AndCostsTheSumOfItsParts(bool stream)
    {
        await using var services = Build(options =>
        {
            options.MaxRetries = 2;
            options.Stream = stream;
        });
        var lint = Code.Replace("count = (await", "l = 1\n        count = (await");
        var wrong = Code.Replace("count > self.limit", "count >= self.limit");
        _claude.Reply(
            Answer(lint, Tests) with
            {
                CacheWrite5m = 10_000,
            },
            Answer(wrong, Tests) with
            {
                CacheRead = 10_000,
                Output = 700,
            },
            new ClaudeReply { Status = 429, RetryAfter = "0" }, // asked again, and not charged
            Answer(Code, s_weak) with
            {
                CacheRead = 10_000,
                Output = 600,
            },
            Answer(Forbidden, Tests) with
            {
                CacheRead = 10_000,
                Output = 800,
            },
            Answer(Code, Tests) with
            {
                CacheRead = 10_000,
                Output = 900,
            }
        );

        var result = await MakeAsync(services);

        var proved = result.ShouldBeOfType<FactoryResult.Proved>();
        proved.Making.Iterations.ShouldBe(5);
        proved.Making.Usage.ShouldBe(new TokenUsage(5_000, 3_500, 10_000, 0, 40_000));
        proved.Making.Cost.ShouldBe(0.010m + 0.035m + 0.025m + 0.004m);
        var attempts = proved.Making.Attempts;
        attempts.Select(attempt => attempt.Number).ShouldBe([1, 2, 3, 4, 5]);
        attempts.Sum(attempt => attempt.Cost).ShouldBe(proved.Making.Cost);
        attempts.Sum(attempt => attempt.Usage.Total).ShouldBe(proved.Making.Usage.Total);
        attempts[0].Findings.ShouldContain(finding => finding.Rule == "F841");
        (attempts[1].TestsFound, attempts[1].TestsPassed, attempts[1].Failures.Single().Outcome).ShouldBe(
            (2, 1, "failed")
        );
        attempts[2].Findings.ShouldContain(finding => finding.Rule == "weak-tests");
        attempts[3].Findings.ShouldContain(finding => finding.Rule == "process");
        attempts[4].Proved.ShouldBeTrue();
        proved.Making.Stopped.ShouldBe(Making.Proved);
        var told = _claude.Requests.Select(LastTurn).ToArray();
        told.Length.ShouldBe(6);
        _claude.Requests.ShouldAllBe(request => (request.Body["stream"] != null) == stream);
        told[0].ShouldBe(s_brief.Description);
        told[1].ShouldContain("F841");
        told[2].ShouldContain("test_says_nothing_when_there_are_not");
        told[2].ShouldContain("assert not");
        told[3].ShouldBe(told[2]);
        told[4].ShouldContain("weak-tests");
        told[5].ShouldContain("process");
    }

    [Fact]
    public async Task FromBriefAsync_GivesWeakTestsBack_AndSaysSoWhenTheyStayWeak()
    {
        _claude.Reply(
            Answer(Code, s_weak),
            Answer(Code, Tests),
            Answer(Code, s_weak),
            Answer(Code, s_weak) // alike: it gives up here
        );

        var strong = await MakeAsync();
        var stayedWeak = await MakeAsync();

        strong.ShouldBeOfType<FactoryResult.Proved>().Making.Iterations.ShouldBe(2);
        LastTurn(_claude.Requests[1]).ShouldContain("weak-tests");
        LastTurn(_claude.Requests[1]).ShouldContain("“count <= self.limit”");
        var proved = stayedWeak.ShouldBeOfType<FactoryResult.Proved>();
        proved.Report.Findings.ShouldContain(finding => finding.Rule == "weak-tests" && finding.Line == 16);
    }

    [Fact]
    public async Task FromBriefAsync_KeepsTheNearestAttempt_WhenNoProgramPasses()
    {
        var worse = Code.Replace("count > self.limit", "False");
        _claude.Reply(
            Answer(Importing("requests"), Tests),
            Answer(worse, Tests),
            Answer(Importing("requests2"), Tests),
            Answer(Importing("requests3"), Tests),
            Answer(Importing("requests4"), Tests)
        );

        var result = await MakeAsync();

        var failed = result.ShouldBeOfType<FactoryResult.NotProved>();
        failed.Making.Iterations.ShouldBe(5);
        failed.Report.Passed.ShouldBeTrue();
        failed.Trial!.Passed.ShouldBe(1);
        failed.GaveUp!.ShouldContain("5 programs");
        failed.Making.Stopped.ShouldBe(failed.GaveUp);
        failed.Making.Attempts.Count.ShouldBe(5);
        _claude.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task FromBriefAsync_GoesToTheFallbackModel_WhenTheAnswersAreAlike()
    {
        await using var services = Build(options => options.FallbackModel = "claude-opus-5-5");
        var same = Answer(Importing("requests"), Tests);
        _claude.Reply(same, same, Answer(Code, Tests));

        var result = await MakeAsync(services);

        result.ShouldBeOfType<FactoryResult.Proved>().Agent.Origin.ShouldBe("model:claude-opus-5-5");
        _claude
            .Requests.Select(request => request.Body["model"]!.GetValue<string>())
            .ShouldBe(["claude-sonnet-5-5", "claude-sonnet-5-5", "claude-opus-5-5"]);
    }

    [Fact]
    public async Task FromBriefAsync_StopsAtTwoAnswersAlike_WhenThereIsNoFallback()
    {
        var same = Answer(Importing("requests"), Tests);
        _claude.Reply(same, same);

        var result = await MakeAsync();

        result.ShouldBeOfType<FactoryResult.NotProved>().GaveUp!.ShouldContain("same answer twice");
        _claude.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task FromBriefAsync_TakesAnswersForAlike_WhenOnlyTheirWordsDiffer()
    {
        var said = Answer(Importing("requests"), Tests);
        _claude.Reply(said, said with { Text = said.Text.Replace("Count the lines", "I count the lines") });

        var result = await MakeAsync();

        result.ShouldBeOfType<FactoryResult.NotProved>().GaveUp!.ShouldContain("same answer twice");
    }

    [Fact]
    public async Task FromBriefAsync_GivesBack_WhatIsUsedAndWasNotDeclared()
    {
        _claude.Reply(Answer(s_dishonest, Tests), Answer(Code, Tests));

        var result = await MakeAsync();

        var proved = result.ShouldBeOfType<FactoryResult.Proved>();
        proved.Making.Attempts[0].Proved.ShouldBeFalse();
        proved
            .Making.Attempts[0]
            .Findings.Where(finding => finding.Rule == "undeclared")
            .Select(finding => finding.Line)
            .ShouldBe([18, 18]);
        LastTurn(_claude.Requests[1]).ShouldContain("- agent.py, line 18: undeclared: The tool http.request is used");
        LastTurn(_claude.Requests[1]).ShouldContain("The host evil.example.com is used");
    }

    [Theory, InlineData("checked"), InlineData("tried"), InlineData("challenged")]
    public async Task FromBriefAsync_AsksForNoOtherProgram_WhenACheckCannotRun(string before)
    {
        await using var services = Build(_ => { });
        var options = services.GetRequiredService<IOptions<FactoryOptions>>().Value;
        _claude.Reply(Answer(Code, Tests), Answer(Code, Tests));
        var brief = s_brief with
        {
            Existing = new ExistingAgent
            {
                Brief = s_brief.Description,
                Wish = "also when there are none",
                Code = Code,
                Tests = Tests,
                Config = [],
                Grant = new Manifest(),
            },
        };

        var result = await MakeAsync(
            services,
            brief,
            told: step => options.PackagesFolder = step.Step == before ? "/nowhere" : options.PackagesFolder
        );

        var failed = result.ShouldBeOfType<FactoryResult.NotProved>();
        failed.Unchecked.ShouldBeTrue();
        failed.Agent.Code.ShouldBe(Code);
        failed.GaveUp!.ShouldContain("could not run, so nothing is proved: pytest is not installed. Do: apt-get");
        failed.Making.Iterations.ShouldBe(1);
        failed
            .Report.Findings.Concat(failed.Trial!.Findings)
            .ShouldContain(finding => finding.Rule == "check-unavailable" && finding.Severity == FindingSeverity.Error);
        _claude.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task FromBriefAsync_AsksForNoOtherProgram_WhenRuffIsMissing()
    {
        await using var services = Build(_ => { });
        services.GetRequiredService<IOptions<FactoryOptions>>().Value.NodePath = "/nowhere/node";
        _claude.Reply(Answer(Code, Tests), Answer(Code, Tests));

        var result = await MakeAsync(services);

        result.ShouldBeOfType<FactoryResult.NotProved>().GaveUp!.ShouldContain("Lint and format could not run");
        _claude.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task FromBriefAsync_GivesTestsBackThatPassOnce()
    {
        var once = Tests.Replace(
            "async def test_tells_when",
            """"
            def test_leaves_something():
                """Only the first time."""
                with open("/tmp/left", "x"):
                    pass


            async def test_tells_when
            """"
        );
        _claude.Reply(Answer(Code, once), Answer(Code, Tests));

        var result = await MakeAsync();

        result.ShouldBeOfType<FactoryResult.Proved>().Making.Iterations.ShouldBe(2);
        LastTurn(_claude.Requests[1]).ShouldContain("test_leaves_something failed");
    }

    public static TheoryData<string, ClaudeReply?, string> Failures =>
        new()
        {
            { "no key", null, "ANTHROPIC_API_KEY" },
            {
                "refusal",
                new ClaudeReply { End = ReplyEnd.Refused },
                "refused"
            },
            {
                "cut",
                new ClaudeReply { End = ReplyEnd.CutOff },
                "cut off at its longest"
            },
            {
                "no json",
                new ClaudeReply { Text = "Here you are:" },
                "no JSON object"
            },
            { "empty code", Answer("", ""), "`code` is empty" },
            {
                "timeout",
                new ClaudeReply { Hangs = true },
                "did not answer within 1 s"
            },
            {
                "lost",
                new ClaudeReply { EndsEarly = true },
                "broke"
            },
        };

    [Theory, MemberData(nameof(Failures))]
    public async Task FromBriefAsync_HasAMessageOfItsOwn_ForEachFailure(string fault, ClaudeReply? reply, string words)
    {
        await using var services = Build(
            options => options.Timeout = fault == "timeout" ? TimeSpan.FromSeconds(1) : options.Timeout,
            hasKey: fault != "no key"
        );
        if (reply is not null)
        {
            _claude.Reply(reply, reply);
        }

        // Without a key no model is configured at all, so the loop itself is asked.
        var result = await services
            .GetRequiredService<RepairLoop>()
            .MakeAsync(s_brief, strict: true, new Steps(_progress, told: null), CancellationToken);

        var refused = result.ShouldBeOfType<FactoryResult.Refused>();
        $"{refused.Reason} {string.Join(' ', refused.Making.Attempts[0].Problems)}".ShouldContain(words);
        foreach (var other in Failures.Where(other => other.Data.Item1 != fault))
        {
            refused.Making.Attempts[0].Problems.ShouldAllBe(problem => !problem.Contains(other.Data.Item3));
        }
    }

    [Fact]
    public async Task FromBriefAsync_StaysUnderTheCeiling_AndKeepsWhatThereIs()
    {
        _claude.Reply(Answer(Importing("requests"), Tests) with { Output = 270_000 }, Answer(Code, Tests));

        var result = await MakeAsync();

        var failed = result.ShouldBeOfType<FactoryResult.NotProved>();
        failed.GaveUp!.ShouldContain("3");
        failed.Making.Cost.ShouldBeLessThanOrEqualTo(3m);
        _claude.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task FromBriefAsync_AsksBack_WhenTheModelHasQuestions()
    {
        _claude.Reply(Answer("", "", questions: ["איזה קובץ?"]));

        var result = await MakeAsync();

        result.ShouldBeOfType<FactoryResult.Asked>().Questions.ShouldBe(["איזה קובץ?"]);
        result.Making.Cost.ShouldBe(0.007m);
    }

    [Fact]
    public async Task FromBriefAsync_KeepsAProgramThatWorks_WhenItsScheduleIsImpossibleInEveryAnswer()
    {
        _claude.Reply([
            .. Enumerable
                .Range(0, 5)
                .Select(at => Answer(Code, Tests, "0 0 31 2 *", $$"""{"limit": 2, "try": {{at}}}""")),
        ]);

        var result = await MakeAsync();

        var failed = result.ShouldBeOfType<FactoryResult.NotProved>();
        failed.Trial!.Succeeded.ShouldBeTrue();
        failed.Agent.Code.ShouldBe(Code);
        failed.Agent.Config.ContainsKey("schedule").ShouldBeFalse();
        failed.Report.Findings.ShouldHaveSingleItem().Message.ShouldContain("`schedule`");
        failed.GaveUp!.ShouldContain("5 programs");
    }

    [Fact]
    public async Task FromBriefAsync_TakesOutWhatThePlatformWouldRefuse_AndTellsTheModel()
    {
        _claude.Reply(
            Answer(Code, Tests, config: """{"limit": 2, "memory_mb": "much", "budget": 3}"""),
            Answer(Code, Tests, config: """{"limit": 2, "limit": 3}"""),
            Answer(Code, Tests)
        );

        var result = await MakeAsync();

        result.ShouldBeOfType<FactoryResult.Proved>();
        LastTurn(_claude.Requests[1]).ShouldContain("'memory_mb'");
        LastTurn(_claude.Requests[1]).ShouldContain("'budget'");
        LastTurn(_claude.Requests[2]).ShouldContain("no JSON object");
    }

    [Fact]
    public async Task FromBriefAsync_StopsWhenItsTimeIsUp_AndKeepsWhatThereIs()
    {
        var clock = new JumpingClock();
        await using var services = Build(_ => { }, clock);
        _claude.Reply(Answer(Importing("requests"), Tests), Answer(Code, Tests));

        // The checks of the first program end after ten minutes.
        var result = await MakeAsync(
            services,
            told: step =>
            {
                if (step.Step == "checked")
                {
                    clock.Jump(TimeSpan.FromMinutes(10));
                }
            }
        );

        result.ShouldBeOfType<FactoryResult.NotProved>().GaveUp!.ShouldContain("within 10 minutes");
        _claude.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task FromBriefAsync_GoesToTheFallbackModel_WhenTheFirstOneFails()
    {
        await using var services = Build(options => options.FallbackModel = "claude-opus-5-5");
        _claude.Reply(new ClaudeReply { Status = 529, Error = "Overloaded" }, Answer(Code, Tests));

        var result = await MakeAsync(services);

        result.ShouldBeOfType<FactoryResult.Proved>().Agent.Origin.ShouldBe("model:claude-opus-5-5");
        result.Making.Cost.ShouldBe(0.004m + 0.010m);
    }

    [Fact]
    public async Task FromBriefAsync_CountsACallThatBrokeOff_WithThoseThatDidNot()
    {
        _claude.Reply(Answer(Importing("requests"), Tests), Answer(Code, Tests) with { EndsEarly = true });

        var result = await MakeAsync();

        var failed = result.ShouldBeOfType<FactoryResult.NotProved>();
        failed.GaveUp!.ShouldContain("broke");
        failed.Making.Iterations.ShouldBe(1);
        failed.Making.Usage.ShouldBe(new TokenUsage(2_000, 501));
        failed.Making.Cost.ShouldBeGreaterThan(0.007m + 0.320m); // the worst of a call that never said what it cost
    }

    [Fact]
    public async Task FromBriefAsync_TellsWhatWasSpent_WhenItIsCancelled()
    {
        _claude.Reply(Answer(Importing("requests"), Tests), new ClaudeReply { Hangs = true });
        using var impatience = new CancellationTokenSource();

        var making = MakeAsync(cancellationToken: impatience.Token);
        await _claude.HangingOfAsync(making);
        await impatience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => making);
        var last = _progress[^1];
        last.Step.ShouldBe("stopped");
        last.Text.ShouldMatch(@"^the models cost 0\.[4-9]\d* USD$"); // 0.007, and the worst of the second call
    }

    [Fact]
    public async Task FromBriefAsync_SaysWhatTheProviderDid_WhenItFailsAtOnce()
    {
        _claude.Reply(new ClaudeReply { Status = 401, Error = "invalid x-api-key" });

        var result = await MakeAsync();

        var refused = result.ShouldBeOfType<FactoryResult.Refused>();
        refused.Reason.ShouldContain("does not take the key");
        var attempt = refused.Making.Attempts.ShouldHaveSingleItem();
        (attempt.Code, attempt.Problems.Single()).ShouldBe((null, refused.Reason));
    }

    [Fact]
    public async Task FromBriefAsync_NamesWhatOfTheAnswerIsWrong_AndAsksAgain()
    {
        var noFire = Answer(Code, Tests, schedule: "0 0 31 2 *");
        var noConfig = Answer(Code, Tests, config: "[1]");
        _claude.Reply(noFire, noConfig, Answer(Code, Tests));

        var result = await MakeAsync();

        result.ShouldBeOfType<FactoryResult.Proved>();
        LastTurn(_claude.Requests[1]).ShouldContain("`schedule`");
        LastTurn(_claude.Requests[2]).ShouldContain("`config_json`");
    }

    [Fact]
    public async Task FromBriefAsync_SendsTheSameFixedPart_ForEveryBrief()
    {
        var briefs = Directory
            .GetFiles(Repository.Folder("eval"), "*.json")
            .Select(file => JsonNode.Parse(File.ReadAllText(file))!["brief"]!.GetValue<string>())
            .ToArray();
        _claude.Reply([.. briefs.Select(_ => Answer("", "", questions: ["?"]))]);

        foreach (var brief in briefs)
        {
            await MakeAsync(brief: new AgentBrief(brief, null, "UTC", "me"));
        }

        briefs.Length.ShouldBeGreaterThan(20);
        var systems = _claude.Requests.Select(request => request.Body["system"]!.AsArray()).ToArray();
        systems.Select(system => system[0]!.ToJsonString()).Distinct().ShouldHaveSingleItem();
        systems.Select(system => system[1]!.ToJsonString()).Distinct().Count().ShouldBeGreaterThan(5);
        systems.ShouldAllBe(system =>
            system.Count == 2 && system[0]!["cache_control"] != null && system[1]!["cache_control"] == null
        );
    }

    private static ClaudeReply Answer(
        string code,
        string tests,
        string schedule = "0 8 * * *",
        string config = """{"limit": 2}""",
        params string[] questions
    ) =>
        new AgentAnswer
        {
            Understood = "Count the lines of lines.txt every morning at 8.",
            Name = "Line counter",
            Code = code,
            Tests = tests,
            Schedule = schedule,
            Config = config,
            Questions = questions,
            Tools = ["filesystem.read_text", "notifications.send"],
        }.ToReply();

    private static string Importing(string module) =>
        Code.Replace("from p38 import tools", $"import {module}\nfrom p38 import tools")
            .Replace("count = (await", $"{module}.get(\"https://example.com\")\n        count = (await");

    private static string LastTurn(ModelRequest request) =>
        request.Body["messages"]!.AsArray()[^1]!["content"]![0]!["text"]!.GetValue<string>();

    private Task<FactoryResult> MakeAsync(
        IServiceProvider? services = null,
        AgentBrief? brief = null,
        Action<FactoryProgress>? told = null,
        CancellationToken? cancellationToken = null
    ) =>
        (services ?? _services)
            .GetRequiredService<AgentFactory>()
            .FromBriefAsync(
                brief ?? s_brief,
                strict: true,
                new Steps(_progress, told),
                cancellationToken ?? CancellationToken
            );

    private ServiceProvider Build(Action<ModelOptions> change, TimeProvider? clock = null, bool hasKey = true)
    {
        var options = new ModelOptions { BaseAddress = _claude.Address, MaxRetries = 0 };
        change(options);
        return FactoryFixture.Build(services =>
            services
                .AddSingleton(Options.Create(options))
                .AddSingleton(new ModelEnvironment(name => hasKey && name == "ANTHROPIC_API_KEY" ? "sk-test" : null))
                .AddSingleton(clock ?? TimeProvider.System)
        );
    }

    /// <summary>The real clock, whose hands can be moved: what really runs meanwhile needs its own time.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _ahead;

        public void Jump(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

        public override long GetTimestamp() =>
            base.GetTimestamp() + (Interlocked.Read(ref _ahead) * TimestampFrequency / TimeSpan.TicksPerSecond);
    }

    private sealed class Steps(List<FactoryProgress> all, Action<FactoryProgress>? told) : IProgress<FactoryProgress>
    {
        public void Report(FactoryProgress value)
        {
            all.Add(value);
            told?.Invoke(value);
        }
    }
}
