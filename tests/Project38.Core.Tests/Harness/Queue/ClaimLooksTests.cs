using Microsoft.Data.Sqlite;
using Project38.Core.Harness.Queue;

namespace Project38.Core.Tests.Harness.Queue;

/// <summary>What becomes of the claims of one look when the next one fails.</summary>
public sealed class ClaimLooksTests
{
    private static readonly FoundTask Keyed = FoundTask.Of(
        new AgentTask
        {
            Id = 7,
            ConcurrencyKey = "crm",
            StartedAt = DateTimeOffset.UnixEpoch,
        }
    );

    [Fact]
    public async Task InLooks_TellsWhatItHas_WhenTheDatabaseFailsAtASecondLook()
    {
        var looks = new Queue<Func<List<FoundTask>>>([() => [Keyed], () => throw new SqliteException("gone", 10)]);

        var claims = await FoundTask.InLooksAsync(5, _ => Task.FromResult(looks.Dequeue()()));

        claims.ShouldHaveSingleItem().ShouldBe(Keyed.Claim);
    }

    [Fact]
    public async Task InLooks_Throws_WhenTheDatabaseFailsAtTheFirstLook() =>
        await Should.ThrowAsync<SqliteException>(
            FoundTask.InLooksAsync(5, _ => Task.FromException<List<FoundTask>>(new SqliteException("gone", 10)))
        );
}
