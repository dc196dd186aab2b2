using Project38.Core.Agents;
using Project38.Core.Factory;
using Project38.Core.Factory.History;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;
using Project38.Core.Models;
using Project38.Core.Tests.Agents;
using Project38.Testing;

namespace Project38.Core.Tests.Factory.History;

public abstract class MakingHistoryContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private static readonly AttemptReport s_failed = new()
    {
        Number = 1,
        Origin = "model:claude-sonnet-5-5",
        Code = "class Agent: pass",
        Tests = "def test(): ...",
        Config = """{"a": 1}""",
        Findings = [new Finding("F401", FindingSeverity.Error, 3, "unused"), new Finding("x", default, null, "y")],
        TestsFound = 3,
        TestsPassed = 2,
        Failures = [new TrialFailure("test_a", "failed", "assert 1 == 2")],
        Problems = ["`schedule` never fires"],
        Usage = new TokenUsage(1, 2, 3, 4, 5),
        Cost = 0.0123456789m,
    };

    private MakingHistory History => new(Database.Factory);

    [Fact]
    public async Task Beside_KeepsEveryAttempt_InTheCommitOfTheAgent()
    {
        var making = new Making(2, new TokenUsage(10), 0.5m)
        {
            Attempts = [s_failed, s_failed with { Number = 2, Proved = true, Failures = [] }],
            Stopped = Making.Proved,
        };
        var given = GivenAgents.New() with { Beside = MakingHistory.Beside(MakingKind.Create, "a brief", making) };
        var made = (await new AgentRegister(Database.Factory, GivenRisks.Find).CreateAsync(given, Cancelled))
            .ShouldBeOfType<AgentChange.Done>()
            .Agent;

        var page = (await History.ListAsync(made.Agent.Id, 10, 0, Cancelled)).ShouldNotBeNull();

        page.Total.ShouldBe(1);
        var kept = page.Makings.ShouldHaveSingleItem();
        (kept.Kind, kept.Version, kept.Asked, kept.Proved).ShouldBe((MakingKind.Create, 1, "a brief", true));
        (kept.Stopped, kept.Iterations, kept.Tokens, kept.Cost).ShouldBe((Making.Proved, 2, 10, 0.5m));
        kept.CreatedBy.ShouldBe("dana");
        kept.Attempts.Select(attempt => (attempt.Number, attempt.Proved)).ShouldBe([(1, false), (2, true)]);
        var first = kept.Attempts[0];
        (first.Code, first.Tests, first.Config).ShouldBe((s_failed.Code, s_failed.Tests, s_failed.Config));
        first.Findings.ShouldBe(s_failed.Findings);
        first.Failures.ShouldBe(s_failed.Failures);
        first.Problems.ShouldBe(s_failed.Problems);
        (first.Usage, first.Cost, first.TestsFound, first.TestsPassed).ShouldBe((s_failed.Usage, s_failed.Cost, 3, 2));
    }

    [Fact]
    public async Task Add_KeepsWhatCameToNothing_AndTheLatestFifty()
    {
        var agent = (await Database.GivenAgentAsync()).Agent;
        var other = (await Database.GivenAgentAsync()).Agent;
        await AddAsync(other, "other");
        for (var at = 0; at <= MakingHistory.Kept; at++)
        {
            await AddAsync(agent, $"wish {at}");
        }

        var page = (await History.ListAsync(agent.Id, 100, 0, Cancelled)).ShouldNotBeNull();
        var second = (await History.ListAsync(agent.Id, 1, 1, Cancelled)).ShouldNotBeNull();

        page.Total.ShouldBe(MakingHistory.Kept);
        page.Makings[0].Asked.ShouldBe($"wish {MakingHistory.Kept}");
        page.Makings[^1].Asked.ShouldBe("wish 1");
        page.Makings.ShouldAllBe(making => making.Version == null && !making.Proved && making.Attempts.Count == 1);
        second.Makings.Single().Asked.ShouldBe($"wish {MakingHistory.Kept - 1}");
        (await History.ListAsync(other.Id, 10, 0, Cancelled)).ShouldNotBeNull().Total.ShouldBe(1);
        (await History.ListAsync(-1, 10, 0, Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task Add_CutsWhatHasNoEnd()
    {
        var agent = (await Database.GivenAgentAsync()).Agent;
        var endless = new string('x', 1_000_000);
        var huge = s_failed with
        {
            Code = endless,
            Tests = endless,
            Config = endless,
            Findings = [.. Enumerable.Repeat(new Finding("r", FindingSeverity.Error, 1, endless), 1_000)],
            Failures = [.. Enumerable.Repeat(new TrialFailure(endless, "failed", endless), 1_000)],
            Problems = [.. Enumerable.Repeat(endless, 1_000)],
        };

        await AddAsync(agent, endless, huge, endless);

        var kept = (await History.ListAsync(agent.Id, 10, 0, Cancelled)).ShouldNotBeNull().Makings.Single();
        (kept.Asked!.Length, kept.Stopped.Length).ShouldBe((2000, 1000));
        var attempt = kept.Attempts.Single();
        attempt.Code!.Length.ShouldBe(128 * 1024);
        attempt.Code.ShouldEndWith("…");
        (attempt.Findings.Count, attempt.Failures.Count, attempt.Problems.Count).ShouldBe((100, 20, 20));
        attempt.Findings.ShouldAllBe(finding => finding.Message.Length == 1_000);
        attempt.Failures.ShouldAllBe(failure => failure.Message.Length == 4_000);
    }

    private Task AddAsync(Agent agent, string wish, AttemptReport? attempt = null, string stopped = "No more.") =>
        History.AddAsync(
            agent,
            MakingKind.Edit,
            wish,
            new Making(1, TokenUsage.None, 0) { Attempts = [attempt ?? s_failed], Stopped = stopped },
            "eli",
            Cancelled
        );
}

public sealed class MakingHistoryOnSqlite(SqliteFixture fixture) : MakingHistoryContract(fixture);

public sealed class MakingHistoryOnPostgres(PostgresFixture fixture) : MakingHistoryContract(fixture);
