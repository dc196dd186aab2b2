using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Scheduling;
using Project38.Core.Storage;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class SqliteClaimOrderTests(SqliteFixture fixture) : ClaimOrderContract(fixture);

public sealed class PostgresClaimOrderTests(PostgresFixture fixture) : ClaimOrderContract(fixture)
{
    [Fact]
    public async Task Claim_ReadsOnlyTheDueEndOfTheIndex_WhenManyWaitForARetry()
    {
        var waiting = await GivenAgentAsync();
        var due = await GivenTaskAsync(await GivenAgentAsync("""{"priority": -3}"""));
        await using var db = CreateDb();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO tasks (team_id, agent_id, "trigger", status, scheduled_at, not_before, max_attempts, attempt, fence, dry_run, created_at)
            SELECT 'default', {waiting.Id}, 'manual', 'pending', p38_now(), p38_now() + interval '1 hour', 1, 0, 0, false, p38_now()
            FROM generate_series(1, 20000)
            """,
            Cancelled
        );
        await db.Database.ExecuteSqlRawAsync("ANALYZE tasks", Cancelled);

        var before = await BlocksAsync(db);
        var claims = await ClaimAsync(5);
        var after = await BlocksAsync(db);

        claims.ShouldHaveSingleItem().TaskId.ShouldBe(due.Id);
        (after - before).ShouldBeLessThan(40, "the index of 20,000 pending tasks has about a hundred blocks");
    }

    // A session tells its counters at most once a second by itself.
    private static async Task<long> BlocksAsync(ProductDb db)
    {
        await db.Database.ExecuteSqlRawAsync("SELECT pg_stat_force_next_flush()", Cancelled);
        return await db
            .Database.SqlQueryRaw<long>(
                "SELECT (idx_blks_hit + idx_blks_read)::bigint AS \"Value\" FROM pg_statio_user_indexes WHERE indexrelname = 'ix_tasks_pending'"
            )
            .SingleAsync(Cancelled);
    }
}

/// <summary>Which of the due tasks come first.</summary>
public abstract class ClaimOrderContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Claim_TakesHigherPrioritiesFirstThenTheOldest_WhenSeveralAreDue()
    {
        var low = await GivenTaskAsync(await GivenAgentAsync("""{"priority": -100}"""));
        var usual = await GivenTaskAsync(await GivenAgentAsync());
        var high = await GivenTaskAsync(await GivenAgentAsync("""{"priority": 7}"""));
        var younger = await GivenTaskAsync(await GivenAgentAsync("""{"priority": 7}"""));

        var first = await ClaimAsync(3);
        var rest = await ClaimAsync(3);

        first.Select(claim => claim.TaskId).ShouldBe([high.Id, younger.Id, usual.Id]);
        rest.ShouldHaveSingleItem().TaskId.ShouldBe(low.Id);
    }

    [Fact]
    public async Task Claim_TakesALowPriorityBeforeAHigherOne_WhenItHasWaitedAMinuteForEachPointBetween()
    {
        var low = await GivenTaskAsync(await GivenAgentAsync("""{"priority": -5}"""));
        await ShiftAsync(5 * 60);
        var high = await GivenTaskAsync(await GivenAgentAsync());

        var claims = await ClaimAsync(1);
        var rest = await ClaimAsync(1);

        claims.ShouldHaveSingleItem().TaskId.ShouldBe(low.Id);
        rest.ShouldHaveSingleItem().TaskId.ShouldBe(high.Id);
    }

    [Fact]
    public async Task Claim_KeepsTheOrderOfOneAgent_WhenItsPriorityWasRaisedBetween()
    {
        var agent = await GivenAgentAsync();
        var older = await GivenTaskAsync(agent);
        agent.Priority = 50;
        await GivenTaskAsync(agent);

        var claims = await ClaimAsync(2);

        claims.ShouldHaveSingleItem().TaskId.ShouldBe(older.Id);
    }

    [Fact]
    public async Task Tasks_HaveThePriorityOfTheirAgent_WhenATickOrAPersonMakesThem()
    {
        var agent = await GivenAgentAsync("""{"priority": 9, "schedule": "* * * * *"}""");
        var node = NewNode();
        await ShiftAsync(61);

        await node.GetRequiredService<Tick>().RunAsync(Cancelled);
        await node.GetRequiredService<TaskControl>().StartAsync(agent.Id, new ManualStart(), "dana", Cancelled);

        var tasks = await AllAsync<AgentTask>();
        tasks.Select(task => task.Trigger).ShouldBe([TaskTrigger.Schedule, TaskTrigger.Manual], ignoreOrder: true);
        tasks.ShouldAllBe(task => task.Priority == 9);
    }

    private protected async Task<IReadOnlyList<ClaimedTask>> ClaimAsync(int max) =>
        await NewNode().GetRequiredService<ITaskQueue>().ClaimAsync("w", max, ClaimScope.All, Cancelled);
}
