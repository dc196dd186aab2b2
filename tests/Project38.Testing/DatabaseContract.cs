using Project38.Core.Storage;
using Xunit;

namespace Project38.Testing;

/// <summary>
/// Base of a suite that holds on both databases: each test gets a database of its own. Derive the suite, and from it
/// one class for each fixture; both fixtures are assembly fixtures.
/// </summary>
public abstract class DatabaseContract(DatabaseFixture fixture) : IAsyncLifetime
{
    private TestDatabase? _database;

    /// <summary>This test's database.</summary>
    protected TestDatabase Database => _database ?? throw new InvalidOperationException("The test has not begun.");

    /// <summary>Ends when the test is cancelled.</summary>
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => _database = await fixture.CreateAsync(Cancelled);

    public virtual async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>A context on this test's database; dispose it.</summary>
    protected ProductDb CreateDb() => Database.CreateDb();

    /// <summary>The database's time.</summary>
    protected async Task<DateTimeOffset> NowAsync()
    {
        await using var db = CreateDb();
        return await DatabaseClock.NowAsync(db, Cancelled);
    }
}
