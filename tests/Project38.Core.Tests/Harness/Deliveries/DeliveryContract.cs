using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Project38.Core.Harness.Deliveries;
using Project38.Core.Harness.Queue;
using Project38.Core.Tools;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Core.Tools.Notifications.Sending;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Deliveries;

public sealed class SqliteDeliveryTests(SqliteFixture fixture) : DeliveryContract(fixture);

public sealed class PostgresDeliveryTests(PostgresFixture fixture) : DeliveryContract(fixture);

/// <summary>From the call to the peer, with real HTTP between.</summary>
public abstract class DeliveryContract(DatabaseFixture fixture) : DeliverySuite(fixture)
{
    [Fact]
    public async Task Message_ReachesThePeerSigned_AsSoonAsItIsCommitted()
    {
        // No poll comes to help.
        var node = NewNode(options => options.Poll = TimeSpan.FromMinutes(5));
        await GivenChannelAsync();
        var services = node.GetServices<IHostedService>().OfType<DeliveryService>().ToList();
        foreach (var service in services)
        {
            await service.StartAsync(Cancelled);
        }

        var id = await node.GetRequiredService<Core.Tools.Notifications.Inbox>().SendAsync(Message("שלום"), Cancelled);
        var arrived = await Peer.NextAsync();
        foreach (var service in services)
        {
            await service.StopAsync(Cancelled);
        }

        var (sendId, timestamp) = (arrived.Headers["webhook-id"], arrived.Headers["webhook-timestamp"]);
        byte[] content = [.. Encoding.UTF8.GetBytes($"{sendId}.{timestamp}."), .. arrived.Bytes];
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(SigningKey), content));
        arrived.Headers["webhook-signature"].ShouldBe($"v1,{signature}");
        arrived.Headers["Content-Type"].ShouldBe("application/json");
        arrived.Body.ShouldContain("שלום");
        var data = arrived.Json.GetProperty("data");
        data.GetProperty("id").GetString().ShouldBe(sendId);
        data.GetProperty("title").GetString().ShouldBe("תקציב");
        data.GetProperty("messages")[0].GetProperty("task_id").GetInt64().ShouldBe(42);
        var row = await DeliveryOfAsync(id);
        (row.Status, row.Attempts, row.SendId).ShouldBe((DeliveryStatus.Sent, 1, sendId));
        row.SentAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Message_IsOneDelivery_HoweverOftenTheCallIsMade()
    {
        await GivenChannelAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SayAsync("once")));
        await PumpAsync();
        await SayAsync("once");
        await PumpAsync();

        ids.Distinct().ShouldHaveSingleItem();
        Peer.All.ShouldHaveSingleItem();
        (await AllAsync<Delivery>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Message_IsRefusedInWords_WhenNobodySetTheChannelUp()
    {
        var refusal = await Should.ThrowAsync<ToolRefusedException>(() => SayAsync("x", channel: "nowhere"));

        refusal.Message.ShouldContain("p38 channels set nowhere");
        (await InboxAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Delivery_IsTriedAgainAsTheSame_WhenThePeerMayTakeItLater(int status)
    {
        await GivenChannelAsync();
        Peer.Replies(new Reply(status, "not now\nplease"));
        var id = await SayAsync("later");

        await PumpAsync();
        var first = await DeliveryOfAsync(id);
        await PumpAsync();
        var tooEarly = Peer.All.Count;
        await ShiftAsync(12);
        await PumpAsync();

        (first.Status, first.Attempts).ShouldBe((DeliveryStatus.Pending, 1));
        first.LastError.ShouldBe($"HTTP {status}: not now please");
        tooEarly.ShouldBe(1);
        Peer.All.Select(one => one.Headers["webhook-id"]).Distinct().ShouldHaveSingleItem();
        Peer.All.Select(one => one.Body).Distinct().ShouldHaveSingleItem();
        (await DeliveryOfAsync(id)).Status.ShouldBe(DeliveryStatus.Sent);
        (await ToldAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Delivery_EndsAndTheOwnerIsTold_WhenThePeerWillNotTakeIt(int status)
    {
        await GivenChannelAsync();
        Peer.Replies(new Reply(status, "no", ("Location", $"{Peer.Url}/elsewhere")));
        var id = await SayAsync("never");

        await PumpAsync();
        await ShiftAsync(100_000);
        await PumpAsync();

        (await DeliveryOfAsync(id)).Status.ShouldBe(DeliveryStatus.Failed);
        Peer.All.ShouldHaveSingleItem();
        var told = (await ToldAsync()).ShouldHaveSingleItem();
        told.Title.ShouldContain("'ops'");
        told.Text.ShouldContain($"HTTP {status}");
        told.Text.ShouldContain("p38 channels test ops");
    }

    [Fact]
    public async Task Owner_IsToldOnce_UntilSomethingGetsThrough()
    {
        await GivenChannelAsync();
        Peer.Replies(new Reply(401), new Reply(401));
        await SayAsync("one");
        await PumpAsync();
        await SayAsync("two");
        await PumpAsync();
        var failing = (await Book.FindAsync("ops", Cancelled))!;
        await SayAsync("three");
        await PumpAsync();
        var works = (await Book.FindAsync("ops", Cancelled))!;
        Peer.Replies(new Reply(401));
        await SayAsync("four");
        await PumpAsync();

        (failing.LastError, failing.FailingSince is not null).ShouldBe(("HTTP 401", true));
        (works.LastError, works.FailingSince).ShouldBe((null, null));
        (await ToldAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Delivery_IsGivenUpAfterADay_WhenThePeerStaysDown()
    {
        await GivenChannelAsync();
        Peer.Replies(Enumerable.Repeat(new Reply(500), 100));
        var id = await SayAsync("down");
        var began = await NowAsync();
        List<double> waits = [];

        for (var row = await DeliveryOfAsync(id); row.Status == DeliveryStatus.Pending; row = await DeliveryOfAsync(id))
        {
            await ShiftAsync(Math.Max(0, (row.NextAttemptAt - await NowAsync()).TotalSeconds) + 1);
            await PumpAsync();
            waits.Add((row.NextAttemptAt - began).TotalHours);
        }

        var ended = await DeliveryOfAsync(id);
        (ended.Status, ended.Attempts).ShouldBe((DeliveryStatus.Failed, 8));
        waits[^1].ShouldBeInRange(20, 26);
        (await ToldAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Channel_IsLeftAloneAsLongAsThePeerAsks()
    {
        await GivenChannelAsync();
        Peer.Replies(new Reply(429, "", ("Retry-After", "6000")));
        await SayAsync("one");
        await PumpAsync();
        await SayAsync("two");
        await PumpAsync();

        await ShiftAsync(5000);
        await SayAsync("three");
        await PumpAsync();
        var early = Peer.All.Count;
        await ShiftAsync(2000);
        await PumpAsync();

        early.ShouldBe(1);
        Peer.All.Count.ShouldBe(4);
        (await AllAsync<Delivery>()).ShouldAllBe(one => one.Status == DeliveryStatus.Sent);
    }

    [Fact]
    public async Task Channel_IsNotLeftAlone_OnceSomebodyHasChangedIt()
    {
        await GivenChannelAsync();
        Peer.Replies(new Reply(429, "", ("Retry-After", "6000")));
        await SayAsync("one");
        await PumpAsync();
        await SayAsync("two");
        await PumpAsync();

        await GivenChannelAsync();
        await PumpAsync();

        Peer.All.Count.ShouldBe(2);
        Peer.All[^1].Body.ShouldContain("two");
    }

    [Fact]
    public async Task Channels_TakeTurns_AndOneThatHasNothingUnderWayFindsAPlace()
    {
        var open = new TaskCompletionSource();
        Peer.Gate = open.Task;
        await using var free = await PeerStandIn.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await GivenChannelAsync(name);
            for (var n = 0; n < 4; n++)
            {
                await SayAsync($"{name} {n}", name);
            }
        }
        await GivenChannelAsync("z", free);
        var last = await SayAsync("z", "z");
        var node = NewNode(options => options.AtOnce = 4);

        await node.GetRequiredService<DeliveryPump>().TurnAsync(Cancelled);
        await free.NextAsync();
        open.SetResult();
        while ((await AllAsync<Delivery>()).Any(one => one.Status != DeliveryStatus.Sent))
        {
            await PumpAsync(node);
        }

        (await DeliveryOfAsync(last)).Attempts.ShouldBe(1);
        Peer.All.Count.ShouldBe(12);
    }

    [Fact]
    public async Task Delivery_IsSentByOneNode_WhenFourRace()
    {
        await GivenChannelAsync();
        for (var n = 0; n < 20; n++)
        {
            await SayAsync($"message {n}");
        }
        var nodes = Enumerable.Range(0, 4).Select(_ => NewNode()).ToList();

        while ((await AllAsync<Delivery>()).Any(one => one.Status != DeliveryStatus.Sent))
        {
            await Task.WhenAll(nodes.Select(PumpAsync));
        }

        Peer.All.Count.ShouldBe(20);
        Peer.All.Select(one => one.Headers["webhook-id"]).ShouldBeUnique();
    }

    [Fact]
    public async Task Result_ChangesNothing_WhenTheClaimWasLost()
    {
        await GivenChannelAsync();
        var id = await SayAsync("slow");
        var queue = Node.GetRequiredService<DeliveryQueue>();
        var ends = Node.GetRequiredService<DeliveryEnds>();
        var lost = (await queue.ClaimAsync("ops", Cancelled)).ShouldNotBeNull();
        var none = await queue.ClaimAsync("ops", Cancelled);
        await ShiftAsync(DeliveryQueue.Lease.TotalSeconds + 1);
        var held = (await queue.ClaimAsync("ops", Cancelled)).ShouldNotBeNull();

        await ends.RecordAsync(lost, new SendResult.Refused("late"), Cancelled);
        var between = await DeliveryOfAsync(id);
        await ends.RecordAsync(held, new SendResult.Delivered("ok"), Cancelled);

        none.ShouldBeNull();
        (between.Status, between.Attempts).ShouldBe((DeliveryStatus.Pending, 2));
        (await DeliveryOfAsync(id)).Status.ShouldBe(DeliveryStatus.Sent);
        (await ToldAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delivery_Ends_WhenItsNodeDiedOverTheLastAttempt()
    {
        await GivenChannelAsync();
        var id = await SayAsync("fatal");
        var node = NewNode(options => options.MaxAttempts = 1);
        await node.GetRequiredService<DeliveryQueue>().ClaimAsync("ops", Cancelled);
        await ShiftAsync(DeliveryQueue.Lease.TotalSeconds + 1);

        await PumpAsync(node);

        var row = await DeliveryOfAsync(id);
        row.Status.ShouldBe(DeliveryStatus.Failed);
        row.LastError!.ShouldContain("went away");
        Peer.All.ShouldBeEmpty();
        (await ToldAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Peer_ThatHangs_HoldsUpNobodyElse()
    {
        await using var hanging = await PeerStandIn.StartAsync();
        var open = new TaskCompletionSource();
        hanging.Gate = open.Task;
        await GivenChannelAsync("slow", hanging);
        await GivenChannelAsync("fast");
        var node = NewNode(options => options.PerChannel = 2);
        var pump = node.GetRequiredService<DeliveryPump>();
        for (var n = 0; n < 5; n++)
        {
            await SayAsync($"slow {n}", "slow");
        }
        var fast = await SayAsync("fast", "fast");

        await pump.TurnAsync(Cancelled);
        await hanging.NextAsync();
        await hanging.NextAsync();
        await Peer.NextAsync();
        await pump.TurnAsync(Cancelled);
        var underWay = hanging.All.Count;
        open.SetResult();
        while ((await AllAsync<Delivery>()).Any(one => one.Status != DeliveryStatus.Sent))
        {
            await PumpAsync(node);
        }

        underWay.ShouldBe(2);
        hanging.All.Count.ShouldBe(5);
        (await DeliveryOfAsync(fast)).Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Stop_WaitsForWhatIsUnderWay()
    {
        var open = new TaskCompletionSource();
        Peer.Gate = open.Task;
        await GivenChannelAsync();
        var id = await SayAsync("last words");
        var service = Node.GetServices<IHostedService>().OfType<DeliveryService>().Single();
        await service.StartAsync(Cancelled);
        await Peer.NextAsync();

        var stopping = service.StopAsync(Cancelled);
        var endedBefore = stopping.IsCompleted;
        open.SetResult();
        await stopping;

        endedBefore.ShouldBeFalse();
        (await DeliveryOfAsync(id)).Status.ShouldBe(DeliveryStatus.Sent);
    }

    [Fact]
    public async Task Deliveries_ArePruned_WhenTheyEndedLongAgo()
    {
        await GivenChannelAsync();
        await SayAsync("old");
        await PumpAsync();
        await GivenChannelAsync("off", enabled: false);
        var waiting = await SayAsync("waits", "off");
        await ShiftAsync(TimeSpan.FromDays(91).TotalSeconds);

        var pruned = await Node.GetRequiredService<Retention>().PruneDeliveriesAsync(Cancelled);

        pruned.ShouldBe(1);
        (await AllAsync<Delivery>()).ShouldHaveSingleItem().MessageId.ShouldBe(waiting);
        (await InboxAsync()).Count.ShouldBe(2);
    }

    private static Core.Tools.Notifications.NewInboxMessage Message(string text) =>
        new()
        {
            TeamId = Core.Storage.Team.Default,
            AgentId = null,
            TaskId = 42,
            Title = "תקציב",
            Text = text,
            Source = "agent",
            Channel = "ops",
            IdempotencyKey = "42:1:message",
        };
}
