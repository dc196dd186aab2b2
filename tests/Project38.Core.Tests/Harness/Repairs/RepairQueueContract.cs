using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Factory;
using Project38.Core.Harness;
using Project38.Core.Harness.Repairs;
using Project38.Core.Models.Calls;
using Project38.Core.Tests.Agents;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Repairs;

public sealed class SqliteRepairQueueTests(SqliteFixture fixture) : RepairQueueContract(fixture);

public sealed class PostgresRepairQueueTests(PostgresFixture fixture) : RepairQueueContract(fixture);

/// <summary>Each stop is repaired once, by one node, and not without end.</summary>
public abstract class RepairQueueContract(DatabaseFixture fixture) : RepairSuite(fixture)
{
    [Fact]
    public async Task Take_GivesARepairToOneNode_WhenManyRace()
    {
        await GivenStoppedAsync();
        var nodes = Enumerable.Range(0, 8).Select(_ => NewNode().GetRequiredService<RepairQueue>()).ToList();

        var taken = await Task.WhenAll(nodes.Select(queue => queue.TakeAsync(Cancelled)));

        taken.OfType<Repair>().ShouldHaveSingleItem().Tries.ShouldBe(1);
    }

    [Fact]
    public async Task Repair_IsBegunAgainByAnotherNode_AndGivenUp_WhenNodesDieOverIt()
    {
        var agent = await GivenStoppedAsync();
        var queue = NewNode().GetRequiredService<RepairQueue>();
        var node = NewNode();
        await queue.TakeAsync(Cancelled);

        var whileHeld = await RepairAsync(node);
        await ShiftAsync((queue.Limit + TimeSpan.FromMinutes(2)).TotalSeconds);
        var second = await queue.TakeAsync(Cancelled);
        await ShiftAsync((queue.Limit + TimeSpan.FromMinutes(2)).TotalSeconds);
        var after = await RepairAsync(node);

        (whileHeld, second!.Tries, after, await AreDoneAsync()).ShouldBe((false, 2, true, true));
        Claude.Requests.ShouldBeEmpty();
        (await ToldAsync()).Text.ShouldContain("begun 2 times");
        (await AgentAsync(agent.Id)).Status.ShouldBe(AgentStatus.Error);
    }

    [Fact]
    public async Task Repair_IsHandedBack_WhenItsNodeStops()
    {
        var agent = await GivenStoppedAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Claude.Reply(
            Answer(Greeter.Mended, Greeter.MendedTests) with
            {
                Hangs = true,
            },
            Answer(Greeter.Mended, Greeter.MendedTests)
        );
        var working = NewNode().GetRequiredService<AgentRepairs>().WorkAsync(stop.Token);
        await Claude.HangingOfAsync(working);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(working);
        var did = await RepairAsync(NewNode());

        did.ShouldBeTrue();
        (await ToldAsync()).Text.ShouldContain($"p38 activate {agent.Id} 2");
        (await AllAsync<ModelCallRow>()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Repair_IsKeptOnce_WhenTwoNodesEndIt()
    {
        await GivenStoppedAsync();
        var node = NewNode();
        var repair = (await node.GetRequiredService<RepairQueue>().TakeAsync(Cancelled)).ShouldNotBeNull();
        var failed = await node.GetRequiredService<FailureReader>().ReadAsync(repair, Cancelled);
        var ends = node.GetRequiredService<RepairEnds>();

        var kept = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => IsKeptAsync("Raced.")));
        await ends.KeepAsync(repair, failed!, new FactoryResult.Refused("Late.", []), Cancelled);

        kept.ShouldContain(true);
        (await ToldAsync()).Text.ShouldStartWith("Raced.");

        // A duty that meets such a failure looks again, and finds that there is nothing left to do.
        async Task<bool> IsKeptAsync(string why)
        {
            try
            {
                await ends.KeepAsync(repair, failed!, new FactoryResult.Refused(why, []), Cancelled);
                return true;
            }
            catch (Exception exception) when (DutyLoop.IsDatabaseFailure(exception))
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Repair_WaitsADayForANodeWithAModel_AndNoLonger()
    {
        await GivenStoppedAsync();
        var without = await RepairAsync(NewNode(hasKey: false));
        var off = await RepairAsync(NewNode(change: options => options.Enabled = false));
        var waiting = !await AreDoneAsync();

        await ShiftAsync(TimeSpan.FromHours(25).TotalSeconds);
        var late = await RepairAsync(NewNode());

        (without, off, waiting, late, await AreDoneAsync()).ShouldBe((false, false, true, false, true));
        Claude.Requests.ShouldBeEmpty();
        (await InboxAsync()).ShouldHaveSingleItem().Title.ShouldContain("stopped");
    }

    [Fact]
    public async Task Repair_IsLeft_WhenSomebodyHasTouchedTheAgentSince()
    {
        var agent = await GivenStoppedAsync();
        await new AgentRegister(Database.Factory, GivenRisks.Find).ResumeAsync(agent.Id, "dana", Cancelled);

        await RepairAsync(NewNode());

        (await AreDoneAsync()).ShouldBeTrue();
        Claude.Requests.ShouldBeEmpty();
        (await InboxAsync()).ShouldHaveSingleItem().Title.ShouldContain("stopped");
    }
}
