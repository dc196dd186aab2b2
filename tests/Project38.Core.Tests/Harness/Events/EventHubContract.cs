using CsCheck;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Audit;
using Project38.Core.Harness.Events;
using Project38.Core.Storage;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Events;

public sealed class EventHubOnSqlite(SqliteFixture fixture) : EventHubContract(fixture);

public sealed class EventHubOnPostgres(PostgresFixture fixture) : EventHubContract(fixture);

/// <summary>Whoever follows gets each event once and in order, however often he comes back.</summary>
public abstract class EventHubContract(DatabaseFixture fixture) : EventSuite(fixture)
{
    [Fact]
    public async Task Follower_GetsEveryEventOnce_WhenManyWriteAtOnceAndHeResumesAtRandom()
    {
        const int Writers = 6;
        const int Each = 40;
        var start = await Log.LastAsync(Cancelled);
        var hub = await GivenHubAsync();
        var random = new Random(38);

        var writing = Task.WhenAll(Enumerable.Range(1, Writers).Select(writer => WriteAsync(writer, Each)));
        var seen = new List<PlatformEvent>();
        var position = start;
        while (seen.Count < Writers * Each)
        {
            using var follower = await hub.FollowAsync(new EventFilter(), Cancelled);
            var some = await TakeAsync(follower, Math.Min(random.Next(1, 50), Writers * Each - seen.Count), position);
            seen.AddRange(some);
            position = seen[^1].Position;
        }
        await writing;

        seen.ShouldAllBe(one => one.Kind == EventKinds.AgentChanged);
        seen.Select(one => (one.TransactionId, one.Id)).ShouldBeInOrder();
        seen.Select(one => one.Position).ShouldBeUnique();
        seen.Select(one => one.Id).ShouldBe((await AllEventsAsync()).Select(one => one.Id), ignoreOrder: true);
        seen.GroupBy(one => one.AgentId).ShouldAllBe(writer => writer.Count() == Each);
    }

    [Fact]
    public async Task Follower_GetsOnlyWhatHeAskedFor_FromNowOn()
    {
        var start = await Log.LastAsync(Cancelled);
        await HappenAsync(1);
        await SettledAsync(start, 1);
        var hub = await GivenHubAsync();
        using var one = await hub.FollowAsync(new EventFilter(AgentId: 1), Cancelled);
        using var two = await hub.FollowAsync(new EventFilter(Kind: EventKinds.AgentChanged), Cancelled);

        await HappenAsync(2);
        await HappenAsync(1);

        (await TakeAsync(one, 1)).Select(happened => happened.AgentId).ShouldBe([1L]);
        (await TakeAsync(two, 2)).Select(happened => happened.AgentId).ShouldBe([2L, 1L]);
    }

    [Fact]
    public async Task Follower_IsToldToReadAnew_WhenWhatHeSawLastIsNotKnown()
    {
        var hub = await GivenHubAsync();
        using var follower = await hub.FollowAsync(new EventFilter(AgentId: 7), Cancelled);

        await HappenAsync(7);
        var seen = await TakeAsync(follower, 2, new EventPosition(5, 123_456_789));

        seen.Select(one => one.Kind).ShouldBe([EventKinds.Reset, EventKinds.AgentChanged]);
    }

    [Fact]
    public async Task Follower_LeavesWhenHeCannotKeepUp_AndResumesWithNothingLost()
    {
        var hub = await GivenHubAsync();
        const int More = 20;
        const int All = EventFollower.Room + More;
        using var slow = await hub.FollowAsync(new EventFilter(), Cancelled);
        using var quick = await hub.FollowAsync(new EventFilter(), Cancelled);
        await using var quickly = quick.ReadAsync(after: null, Cancelled).GetAsyncEnumerator(Cancelled);

        await WriteInOneAsync(1, EventFollower.Room);
        await ReadAsync(quickly, EventFollower.Room);
        await WriteInOneAsync(EventFollower.Room + 1, More);
        await ReadAsync(quickly, More);
        await Task.Delay(Timeout.InfiniteTimeSpan, slow.Left).ContinueWith(_ => { }, TaskScheduler.Default);
        var got = await slow.ReadAsync(after: null, Cancelled).ToListAsync(Cancelled);
        using var again = await hub.FollowAsync(new EventFilter(), Cancelled);
        var rest = await TakeAsync(again, All - got.Count, got[^1].Position);

        got.Count.ShouldBe(EventFollower.Room);
        got.Concat(rest).Select(one => one.AgentId!.Value).ShouldBe(Enumerable.Range(1, All).Select(id => (long)id));
    }

    [Fact]
    public async Task Prune_TakesOnlyTheOldFromTheFront_AndNeverTheLast()
    {
        var start = await Log.LastAsync(Cancelled);
        await WriteInOneAsync(1, 1200);
        var old = (await SettledAsync(start, 1200))[^1].Position;
        await ShiftAsync(23 * 3600);
        await HappenAsync(5001);
        var young = (await SettledAsync(old, 1))[0].Position;
        await Log.PruneAsync(Cancelled);
        var afterOneDay = await Log.AfterAsync(old, 10, Cancelled);

        await ShiftAsync(2 * 3600);
        await Log.PruneAsync(Cancelled);
        var afterTwo = await AllEventsAsync();
        var gone = await Log.AfterAsync(old, 10, Cancelled);
        await ShiftAsync(48 * 3600);
        await Log.PruneAsync(Cancelled);

        afterOneDay.ShouldHaveSingleItem();
        afterTwo.ShouldHaveSingleItem().AgentId.ShouldBe(5001);
        gone.ShouldBeNull();
        (await Log.AfterAsync(young, 10, Cancelled)).ShouldBe([]);
    }

    [Fact]
    public void Position_IsReadAsItWasWritten() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue])
            .Sample(
                (transaction, id) =>
                {
                    var position = new EventPosition(transaction, id);
                    EventPosition.Parse(position.ToString()).ShouldBe(position);
                }
            );

    private static async Task ReadAsync(IAsyncEnumerator<PlatformEvent> events, int count)
    {
        for (var i = 0; i < count; i++)
        {
            (await events.MoveNextAsync()).ShouldBeTrue();
        }
    }

    // Transactions of several events each, some of them rolled back, which leaves holes in the numbers.
    private async Task WriteAsync(int writer, int count)
    {
        for (var written = 0; written < count; )
        {
            await using var db = CreateDb();
            await using var transaction = await db.Database.BeginTransactionAsync(Cancelled);
            var now = await DatabaseClock.NowAsync(db, Cancelled);
            var some = Math.Min(1 + (written + writer) % 3, count - written);
            for (var i = 0; i < some; i++)
            {
                AuditTrail.Append(db, "test", "agent.edit", $"agent:{writer}", now);
                await db.SaveChangesAsync(Cancelled);
                await Task.Yield();
            }
            if ((written + writer) % 5 == 0 && Random.Shared.Next(2) == 0)
            {
                continue;
            }
            await transaction.CommitAsync(Cancelled);
            written += some;
        }
    }

    private async Task WriteInOneAsync(int first, int count)
    {
        await using var db = CreateDb();
        var now = await NowAsync();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancelled);
        for (var agent = first; agent < first + count; agent++)
        {
            AuditTrail.Append(db, "test", "agent.edit", $"agent:{agent}", now);
        }
        await db.SaveChangesAsync(Cancelled);
        await transaction.CommitAsync(Cancelled);
    }
}
