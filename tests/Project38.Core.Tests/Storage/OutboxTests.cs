using Project38.Core.Storage;
using Project38.Testing;

namespace Project38.Core.Tests.Storage;

public abstract class OutboxContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    [Fact]
    public async Task Take_GivesEachFactToOneTaker_WhenThreeRace()
    {
        await GivenFactsAsync(30);

        var taken = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TakeAsync(10, commit: true)));

        taken.SelectMany(ids => ids).Order().ShouldBe(Enumerable.Range(1, 30).Select(id => (long)id));
    }

    [Fact]
    public async Task Take_GivesTheFactAgain_WhenTheTakerRollsBack()
    {
        await GivenFactsAsync(1);

        var first = await TakeAsync(10, commit: false);
        var second = await TakeAsync(10, commit: true);
        var third = await TakeAsync(10, commit: true);

        (first.Count, second.Count, third.Count).ShouldBe((1, 1, 0));
    }

    private async Task GivenFactsAsync(int count)
    {
        var now = await NowAsync();
        await using var db = CreateDb();
        for (var i = 0; i < count; i++)
        {
            db.WriteOutbox("test", "{}", now);
        }
        await db.SaveChangesAsync(Cancelled);
    }

    private async Task<IReadOnlyList<long>> TakeAsync(int max, bool commit)
    {
        await using var db = CreateDb();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancelled);
        var taken = await db.TakeOutboxAsync("test", max, DateTimeOffset.UnixEpoch, Cancelled);
        await (commit ? transaction.CommitAsync(Cancelled) : transaction.RollbackAsync(Cancelled));
        return [.. taken.Select(entry => entry.Id)];
    }
}

public sealed class OutboxOnSqlite(SqliteFixture fixture) : OutboxContract(fixture);

public sealed class OutboxOnPostgres(PostgresFixture fixture) : OutboxContract(fixture);
