using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Audit;
using Project38.Core.Harness.Events;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Events;

/// <summary>Events of one test's database.</summary>
public abstract class EventSuite(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    private protected EventLog Log => new(Database.Factory);

    /// <summary>A hub at work.</summary>
    private protected async Task<EventHub> GivenHubAsync()
    {
        var hub = NewNode().GetRequiredService<EventHub>();
        await hub.StartAsync(Cancelled);
        return hub;
    }

    /// <summary>One event: a change of an agent that has this number.</summary>
    private protected async Task HappenAsync(long agentId)
    {
        await using var db = CreateDb();
        AuditTrail.Append(db, "test", "agent.edit", $"agent:{agentId}", await NowAsync());
        await db.SaveChangesAsync(Cancelled);
    }

    /// <summary>All events but the first migration's, in order.</summary>
    private protected async Task<List<PlatformEvent>> AllEventsAsync() =>
        (await AllAsync<PlatformEvent>())
            .OrderBy(one => one.TransactionId)
            .ThenBy(one => one.Id)
            .Where(one => one.Kind != "start")
            .ToList();

    /// <summary>
    /// The first events after another one, as soon as they may be read: on PostgreSQL a transaction of any test at work
    /// holds them back.
    /// </summary>
    private protected async Task<IReadOnlyList<PlatformEvent>> SettledAsync(EventPosition after, int count)
    {
        while (true)
        {
            var events = await Log.AfterAsync(after, count, Cancelled);
            if (events!.Count == count)
            {
                return events;
            }
            await Task.Yield();
        }
    }

    /// <summary>So many events of somebody who follows.</summary>
    private protected static async Task<List<PlatformEvent>> TakeAsync(
        EventFollower follower,
        int count,
        EventPosition? after = null
    ) => await follower.ReadAsync(after, Cancelled).Take(count).ToListAsync(Cancelled);
}
