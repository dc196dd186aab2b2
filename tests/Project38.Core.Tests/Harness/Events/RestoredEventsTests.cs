using Microsoft.EntityFrameworkCore;
using Project38.Core.Harness.Events;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Events;

/// <summary>PostgreSQL alone numbers transactions, and begins anew where a backup is restored.</summary>
public sealed class RestoredEventsTests(PostgresFixture fixture) : EventSuite(fixture)
{
    [Fact]
    public async Task Events_GoOn_WhenTheirTransactionsAreOnesThatThisServerHasNotComeTo()
    {
        await HappenAsync(1);
        await using (var db = CreateDb())
        {
            await db.Database.ExecuteSqlAsync(
                $"UPDATE events SET transaction_id = transaction_id + 1000000000",
                Cancelled
            );
        }
        var foreign = (await AllEventsAsync()).Single().Position;
        await Log.PruneAsync(Cancelled);
        var hub = await GivenHubAsync();
        using var follower = await hub.FollowAsync(new EventFilter(), Cancelled);

        await HappenAsync(2);
        var seen = await TakeAsync(follower, 2, foreign);

        seen.Select(one => one.Kind).ShouldBe([EventKinds.Reset, EventKinds.AgentChanged]);
        seen[1].AgentId.ShouldBe(2);
    }

    [Fact]
    public async Task Events_WaitForTheOldestTransaction_SoThatNoneComesBehindAnotherThatWasTold()
    {
        var start = await Log.LastAsync(Cancelled);
        await using var slow = CreateDb();
        await using var transaction = await slow.Database.BeginTransactionAsync(Cancelled);
        await slow.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO audit (team_id, who, action, subject, at, details)
            VALUES ('default', 'test', 'agent.edit', 'agent:1', p38_now(), '')
            """,
            Cancelled
        );
        await HappenAsync(2);

        var before = await Log.AfterAsync(start, 10, Cancelled);
        await transaction.CommitAsync(Cancelled);
        var after = await SettledAsync(start, 2);

        before.ShouldBe([]);
        after.Select(one => one.AgentId).ShouldBe([1L, 2L]);
    }
}
