using Microsoft.EntityFrameworkCore;
using Project38.Core.Storage;
using Project38.Testing;

namespace Project38.Core.Tests.Storage;

public abstract class DatabaseClockContract(DatabaseFixture fixture) : DatabaseContract(fixture)
{
    [Fact]
    public async Task Now_IsUtcAndClose_WhenNothingIsShifted()
    {
        var before = TimeProvider.System.GetUtcNow();

        var now = await NowAsync();

        now.Offset.ShouldBe(TimeSpan.Zero);
        now.ShouldBeInRange(before.AddSeconds(-5), before.AddMinutes(1));
    }

    [Fact]
    public async Task Now_MovesForEveryConnection_WhenTheDatabaseIsShifted()
    {
        var before = await NowAsync();

        await Database.ShiftClockAsync(TimeSpan.FromDays(3), Cancelled);
        await Database.ShiftClockAsync(TimeSpan.FromDays(-1), Cancelled);

        (await NowAsync()).ShouldBeInRange(before.AddDays(2), before.AddDays(2).AddMinutes(1));
    }

    [Fact]
    public async Task Now_NeverGoesBack_WhenAskedAgain()
    {
        var times = new List<DateTimeOffset>();

        for (var i = 0; i < 20; i++)
        {
            times.Add(await NowAsync());
        }

        times.ShouldBe(times.Order());
    }

    [Fact]
    public async Task Instant_IsFoundAgain_WhenStoredWithTicksAndAnotherOffset()
    {
        var instant = new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.FromHours(2)).AddTicks(12_345_678);
        await using (var db = CreateDb())
        {
            db.Outbox.Add(Entry(instant));
            db.Outbox.Add(Entry(instant.AddTicks(10)));
            await db.SaveChangesAsync(Cancelled);
        }

        await using var other = CreateDb();
        var found = await other.Outbox.Where(entry => entry.CreatedAt <= instant).ToListAsync(Cancelled);

        found.ShouldHaveSingleItem().CreatedAt.ShouldBe(instant.AddTicks(-8));
    }

    private static OutboxEntry Entry(DateTimeOffset at) =>
        new()
        {
            TeamId = Team.Default,
            Topic = "test",
            Payload = "{}",
            CreatedAt = at,
        };
}

public sealed class DatabaseClockOnSqlite(SqliteFixture fixture) : DatabaseClockContract(fixture);

public sealed class DatabaseClockOnPostgres(PostgresFixture fixture) : DatabaseClockContract(fixture);
