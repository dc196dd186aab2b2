using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Agents;
using Project38.Core.Tests.Tools.Sessions;
using Project38.Core.Tools;
using Project38.Core.Tools.Rates;
using Project38.Testing;

namespace Project38.Core.Tests.Tools.Rates;

public sealed class SqliteToolRateTests(SqliteFixture fixture) : ToolRateContract(fixture);

public sealed class PostgresToolRateTests(PostgresFixture fixture) : ToolRateContract(fixture)
{
    [Fact]
    public async Task NeitherACallNorARefusal_WaitsForTheDatabase()
    {
        await using var agent = Agent(new ToolRule("test", PerMinute: 3, null, null, null));
        (await CallAsync(agent)).ShouldBeNull();
        await using var other = CreateDb();
        await using var held = await other.Database.BeginTransactionAsync(Cancelled);
        await other.Database.ExecuteSqlAsync($"LOCK TABLE tool_rates IN ACCESS EXCLUSIVE MODE", Cancelled);

        var answers = new List<string?>();
        for (var call = 0; call < 20; call++)
        {
            answers.Add(await CallAsync(agent));
        }

        answers.Count(answer => answer is null).ShouldBe(2);
        await held.RollbackAsync(Cancelled);
    }
}

/// <summary>The rates of an agent's tools, shared by the nodes it runs on, on both databases.</summary>
public abstract class ToolRateContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Calls_AreRefused_WhenTheMinuteIsUsedUp_AndTheStepsSaySo()
    {
        await using var agent = Agent(
            new ToolRule("test.call", PerMinute: 5, null, null, null),
            new ToolRule("other", PerMinute: 1, null, null, null)
        );

        for (var call = 0; call < 8; call++)
        {
            await CallAsync(agent);
        }

        var steps = agent.Session.Steps;
        steps.Count(step => step.Outcome == "ok").ShouldBe(5);
        var refused = steps.Where(step => step.Outcome != "ok").ToList();
        refused.ShouldAllBe(step => step.ErrorClass == ToolErrorClass.Rate);
        refused[0]
            .Detail.ShouldBe(
                "Too many calls: at most 5 a minute of 'test.call' (config key 'tool_limits'). Try again in 12 s."
            );
    }

    [Fact]
    public async Task Nodes_ShareABucket_AndItFillsWithTime()
    {
        var rule = new ToolRule("*", null, PerHour: 60, null, null);
        var one = Agent(rule);
        (await CallsAsync(one, 40)).ShouldBe(40);
        await using var other = Agent(rule);

        // The first run holds what it did not use.
        (await CallsAsync(other, 5)).ShouldBe(0);

        await one.DisposeAsync();
        await Database.ShiftClockAsync(TimeSpan.FromMinutes(10), Cancelled);

        // A minute of real time is one more.
        (await CallsAfterASecondAsync(other, 50)).ShouldBeInRange(30, 32);
    }

    [Fact]
    public async Task Run_TakesMore_OnceASecond()
    {
        await using var agent = Agent(new ToolRule("test", null, PerHour: 60, null, null));
        (await CallsAsync(agent, 70)).ShouldBe(60);

        await Database.ShiftClockAsync(TimeSpan.FromMinutes(3), Cancelled);

        (await CallsAfterASecondAsync(agent, 70)).ShouldBeInRange(3, 5);
    }

    [Fact]
    public async Task Run_GivesBackWhatItDidNotUse()
    {
        var rule = new ToolRule("test", null, PerHour: 10, null, null);
        await using (var first = Agent(rule))
        {
            (await CallsAsync(first, 3)).ShouldBe(3);
        }

        await using var second = Agent(rule);

        (await CallsAsync(second, 10)).ShouldBe(7);
    }

    [Fact]
    public async Task AllAreRefused_WhenTheDatabaseIsGone()
    {
        await using (var db = CreateDb())
        {
            await db.Database.ExecuteSqlAsync($"DROP TABLE tool_rates", Cancelled);
        }
        await using var agent = Agent(new ToolRule("*", PerMinute: 5, null, null, null));

        (await CallAsync(agent)).ShouldNotBeNull().ShouldContain("Try again in 1 s.");
    }

    [Fact]
    public async Task Bucket_IsNeverOverdrawn_WhenManyTakeAtOnce()
    {
        var key = new RateKey(7, "http", 3600, 100);
        var books = Enumerable.Range(0, 4).Select(_ => new RateBook(Database.Factory)).ToList();
        await books[0].TakeAsync([new RateRequest(key, 0, 0)], Cancelled);

        var grants = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(n => books[n % 4].TakeAsync([new RateRequest(key, 0, 7)], Cancelled))
        );

        grants.Sum(grant => grant[0].Taken).ShouldBeInRange(100, 102);
    }

    // However it calls and waits, and however seldom it takes more, no stretch of time sees more calls of a run than the bucket
    // and what fills it meanwhile.
    [Fact]
    public void Run_MakesNoMoreThanTheBucketAndItsFilling() =>
        Gen.Select(
                Gen.Int[1, 200],
                Gen.OneOf(Gen.Const(60), Gen.Const(3600)),
                Gen.Select(Gen.Int[0, 90_000], Gen.Int[0, 80], Gen.Bool).Array[1, 60]
            )
            .Sample(
                (limit, seconds, steps) =>
                {
                    var time = new FakeTimeProvider();
                    var rule =
                        seconds == 60
                            ? new ToolRule("*", limit, null, null, null)
                            : new ToolRule("*", null, limit, null, null);
                    var lease = new RateLease(_ => Task.CompletedTask, agentId: 1, [rule], time);
                    var rate = new ToolRate
                    {
                        Tools = "*",
                        Seconds = seconds,
                        Tokens = limit,
                        FilledAt = time.GetUtcNow(),
                    };
                    List<(DateTimeOffset At, int Calls)> made = [];
                    foreach (var (wait, calls, renews) in steps)
                    {
                        time.Advance(TimeSpan.FromMilliseconds((double)wait));
                        foreach (var request in renews ? lease.Wanted() : [])
                        {
                            lease.TryAdd(request.Key, RateBook.Take(rate, request, time.GetUtcNow())).ShouldBeTrue();
                        }
                        made.Add(
                            (time.GetUtcNow(), Enumerable.Range(0, calls).Count(_ => lease.TryTake("a.b") is null))
                        );
                    }
                    for (var from = 0; from < made.Count; from++)
                    {
                        for (var to = from; to < made.Count; to++)
                        {
                            var filling = (made[to].At - made[from].At).TotalSeconds * limit / seconds;
                            made[from..(to + 1)]
                                .Sum(one => one.Calls)
                                .ShouldBeLessThanOrEqualTo((int)(limit + filling + 1e-6));
                        }
                    }
                }
            );

    private protected AgentEnd Agent(params ToolRule[] rules) =>
        new(
            AgentEnd.Granting("test.call") with
            {
                Rules = rules,
            },
            // As many as it takes until the database has answered: what is proven here is by the rules alone.
            new ToolLimits
            {
                RefusalPause = TimeSpan.Zero,
                CallsPerSecond = 1_000_000,
                CallBurst = 1_000_000,
                CallsPerRun = 1_000_000,
                Messages = 1_000_000,
            },
            _time,
            [AgentEnd.Tool("test.call", (_, _) => Task.FromResult<JsonNode?>("done"))],
            new RateBook(Database.Factory)
        );

    /// <summary>Why a call was refused; null: it was not.</summary>
    private protected static async Task<string?> CallAsync(AgentEnd agent)
    {
        var result = (await agent.CallAsync("test.call")).GetProperty("result");
        return result.TryGetProperty("isError", out var failed) && failed.ValueKind == JsonValueKind.True
            ? result.GetProperty("content")[0].GetProperty("text").GetString()
            : null;
    }

    private static async Task<int> CallsAsync(AgentEnd agent, int calls)
    {
        var made = 0;
        for (var call = 0; call < calls; call++)
        {
            made += await CallAsync(agent) is null ? 1 : 0;
        }
        return made;
    }

    // Lets ten minutes pass, and then a moment with each call, until the run has taken more: that is a transaction, and comes when
    // it is done. Longer steps would be over its patience while it is still at the database, again and again.
    private async Task<int> CallsAfterASecondAsync(AgentEnd agent, int calls)
    {
        _time.Advance(TimeSpan.FromMinutes(10));
        do
        {
            agent.Ended.IsCompleted.ShouldBeFalse();
            _time.Advance(TimeSpan.FromMilliseconds(1));
        } while (await CallAsync(agent) is not null);
        return 1 + await CallsAsync(agent, calls - 1);
    }
}
