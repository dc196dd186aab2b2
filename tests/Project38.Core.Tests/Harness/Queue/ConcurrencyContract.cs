using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class SqliteConcurrencyTests(SqliteFixture fixture) : ConcurrencyContract(fixture, claimers: 3);

public sealed class PostgresConcurrencyTests(PostgresFixture fixture) : ConcurrencyContract(fixture, claimers: 20);

/// <summary>How many runs of agents that share a key go on at a time.</summary>
public abstract class ConcurrencyContract(DatabaseFixture fixture, int claimers) : HarnessSuite(fixture)
{
    private const string Two = """{"concurrency": {"key": "openai-api", "limit": 2}}""";

    private ITaskQueue? _queue;

    private ITaskQueue Queue => _queue ??= NewNode().GetRequiredService<ITaskQueue>();

    [Fact]
    public async Task Claim_NeverExceedsALimit_WhenManyClaimAndHandBackAtOnce()
    {
        for (var i = 0; i < 12; i++)
        {
            await GivenTaskAsync(await GivenAgentAsync(Two));
            await GivenTaskAsync(await GivenAgentAsync("""{"concurrency": {"key": "other", "limit": 3}}"""));
            await GivenTaskAsync(await GivenAgentAsync());
        }
        var queue = Queue;
        using var done = new CancellationTokenSource();
        // On threads of their own: SQLite answers at once, and one that goes on without a wait would let nobody else.
        var watching = Task.Run(() => MostAtOnceAsync(done.Token), Cancelled);

        var claimed = await Task.WhenAll(
            Enumerable
                .Range(0, claimers)
                .Select(worker =>
                    Task.Run(
                        async () =>
                        {
                            var mine = 0;
                            for (var turn = 0; turn < 15; turn++)
                            {
                                foreach (
                                    var claim in await queue.ClaimAsync(
                                        $"w{worker}",
                                        1 + worker % 5,
                                        ClaimScope.All,
                                        Cancelled
                                    )
                                )
                                {
                                    mine++;
                                    await queue.HandBackAsync(claim, Cancelled);
                                }
                            }
                            return mine;
                        },
                        Cancelled
                    )
                )
        );
        await done.CancelAsync();
        var most = await watching;

        claimed.Sum().ShouldBeGreaterThan(20);
        most.GetValueOrDefault("openai-api").ShouldBeLessThanOrEqualTo(2);
        most.GetValueOrDefault("other").ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task Claim_FillsEveryPlaceOnce_WhenManyClaimAndKeepWhatTheyGet()
    {
        for (var i = 0; i < 12; i++)
        {
            await GivenTaskAsync(await GivenAgentAsync(Two));
        }
        var queue = Queue;

        var claimed = await Task.WhenAll(
            Enumerable.Range(0, claimers).Select(worker => queue.ClaimAsync($"w{worker}", 3, ClaimScope.All, Cancelled))
        );

        claimed.Sum(some => some.Count).ShouldBe(2);
    }

    [Fact]
    public async Task Claim_TakesTheNext_WhenAPlaceIsFree()
    {
        for (var i = 0; i < 3; i++)
        {
            await GivenTaskAsync(await GivenAgentAsync(Two));
        }
        var first = await Queue.ClaimAsync("w", 5, ClaimScope.All, Cancelled);

        var full = await Queue.ClaimAsync("w", 5, ClaimScope.All, Cancelled);
        await Queue.HandBackAsync(first[0], Cancelled);
        var next = await Queue.ClaimAsync("w", 5, ClaimScope.All, Cancelled);

        first.Count.ShouldBe(2);
        full.ShouldBeEmpty();
        next.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Claim_FillsUpWithOthers_WhenAKeyHasNoPlaceForAll()
    {
        for (var i = 0; i < 6; i++)
        {
            await GivenTaskAsync(await GivenAgentAsync(Two));
        }
        var other = await GivenTaskAsync(await GivenAgentAsync());

        var claims = await Queue.ClaimAsync("w", 4, ClaimScope.All, Cancelled);

        claims.Count.ShouldBe(3);
        claims.Select(claim => claim.TaskId).ShouldContain(other.Id);
    }

    [Fact]
    public async Task Claim_KeepsThePlaceOfALostTask_WhenItsLeaseHasEnded()
    {
        for (var i = 0; i < 3; i++)
        {
            await GivenTaskAsync(await GivenAgentAsync(Two));
        }
        await Queue.ClaimAsync("w1", 5, ClaimScope.All, Cancelled);
        await ShiftAsync(31);

        var again = await Queue.ClaimAsync("w2", 5, ClaimScope.All, Cancelled);

        again.Count.ShouldBe(2);
        again.ShouldAllBe(claim => claim.Attempt == 2);
    }

    [Fact]
    public async Task Claim_WaitsForAllThatRun_WhenTheLimitWasLowered()
    {
        List<Agent> agents = [];
        for (var i = 0; i < 3; i++)
        {
            agents.Add(await GivenAgentAsync(Two));
            await GivenTaskAsync(agents[i]);
        }
        var running = await Queue.ClaimAsync("w", 5, ClaimScope.All, Cancelled);
        await using (var db = CreateDb())
        {
            await db.Agents.ExecuteUpdateAsync(set => set.SetProperty(agent => agent.ConcurrencyLimit, 1), Cancelled);
        }

        await Queue.HandBackAsync(running[0], Cancelled);
        var one = await Queue.ClaimAsync("w", 5, ClaimScope.All, Cancelled);
        await Queue.HandBackAsync(running[1], Cancelled);
        var none = await Queue.ClaimAsync("w", 5, ClaimScope.All, Cancelled);

        one.ShouldBeEmpty();
        none.ShouldHaveSingleItem();
    }

    // What others see at any moment: a snapshot each look.
    private async Task<Dictionary<string, int>> MostAtOnceAsync(CancellationToken done)
    {
        Dictionary<string, int> most = [];
        await using var db = CreateDb();
        while (!done.IsCancellationRequested)
        {
            var running = await db
                .Tasks.Where(task => task.Status == AgentTaskStatus.Running && task.ConcurrencyKey != null)
                .GroupBy(task => task.ConcurrencyKey!)
                .Select(group => new { group.Key, Count = group.Count() })
                .ToListAsync(Cancelled);
            foreach (var one in running)
            {
                most[one.Key] = Math.Max(most.GetValueOrDefault(one.Key), one.Count);
            }
        }
        return most;
    }
}
