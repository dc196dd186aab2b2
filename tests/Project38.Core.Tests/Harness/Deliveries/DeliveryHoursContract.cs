using System.Globalization;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Deliveries;

public sealed class SqliteDeliveryHoursTests(SqliteFixture fixture) : DeliveryHoursContract(fixture);

public sealed class PostgresDeliveryHoursTests(PostgresFixture fixture) : DeliveryHoursContract(fixture);

/// <summary>Quiet hours, digests, and channels that are switched off or taken away.</summary>
public abstract class DeliveryHoursContract(DatabaseFixture fixture) : DeliverySuite(fixture)
{
    [Fact]
    public async Task Message_WaitsForTheEndOfQuietHours()
    {
        await GivenChannelAsync(quietHours: await HoursAsync(-1, 2));
        var id = await SayAsync("night");

        await PumpAsync();
        var held = await DeliveryOfAsync(id);
        await ShiftAsync(3600);
        await PumpAsync();
        var early = Peer.All.Count;
        await ShiftAsync(3700);
        await PumpAsync();

        held.Status.ShouldBe(DeliveryStatus.Held);
        early.ShouldBe(0);
        var row = await DeliveryOfAsync(id);
        (row.Status, row.Attempts).ShouldBe((DeliveryStatus.Sent, 1));
    }

    [Fact]
    public async Task Retry_WaitsForTheEndOfQuietHours_WhenTheyHaveBegun()
    {
        await GivenChannelAsync();
        Peer.Replies(new Reply(503));
        var id = await SayAsync("evening");
        await PumpAsync();
        await GivenChannelAsync(quietHours: await HoursAsync(-1, 2));
        await ShiftAsync(60);

        await PumpAsync();
        var held = await DeliveryOfAsync(id);
        await ShiftAsync(7200);
        await PumpAsync();

        (held.Status, held.Attempts).ShouldBe((DeliveryStatus.Held, 1));
        Peer.All.Count.ShouldBe(2);
        (await DeliveryOfAsync(id)).Status.ShouldBe(DeliveryStatus.Sent);
    }

    [Fact]
    public async Task Digest_IsOneDelivery_AndTheSameWhenItIsTriedAgain()
    {
        await GivenChannelAsync(digest: "24h");
        Peer.Replies(new Reply(500));
        foreach (var text in new[] { "one", "two", "three" })
        {
            await SayAsync(text);
        }

        await PumpAsync();
        var early = Peer.All.Count;
        await ShiftAsync(86_400);
        await PumpAsync();
        await SayAsync("four");
        await ShiftAsync(60);
        await PumpAsync();
        await ShiftAsync(86_400);
        await PumpAsync();

        early.ShouldBe(0);
        Peer.All.Select(one => one.Json.GetProperty("data").GetProperty("messages").GetArrayLength())
            .ShouldBe([3, 3, 1]);
        Peer.All[0].Body.ShouldBe(Peer.All[1].Body);
        Peer.All[0].Headers["webhook-id"].ShouldBe(Peer.All[1].Headers["webhook-id"]);
        Peer.All[2].Headers["webhook-id"].ShouldNotBe(Peer.All[0].Headers["webhook-id"]);
        Peer.All[0].Json.GetProperty("data").GetProperty("title").GetString().ShouldBe("3 messages: תקציב, …");
        (await AllAsync<Delivery>()).ShouldAllBe(one => one.Status == DeliveryStatus.Sent);
    }

    [Fact]
    public async Task Digest_IsParted_WhenThePeerRefusesIt_AndOnlyWhatItRefusesFails()
    {
        await GivenChannelAsync(digest: "24h");
        for (var n = 0; n < 3; n++)
        {
            await SayAsync($"message {n}");
        }
        await ShiftAsync(86_400);
        Peer.Replies(new Reply(413, "too much"), new Reply(200), new Reply(400, "a virus"), new Reply(200));

        await PumpAsync();
        await PumpAsync();

        var rows = (await AllAsync<Delivery>()).OrderBy(row => row.Id).ToList();
        rows.Select(row => row.Status)
            .ShouldBe([DeliveryStatus.Sent, DeliveryStatus.Failed, DeliveryStatus.Sent], ignoreOrder: true);
        Peer.All.Count.ShouldBe(4);
        Peer.All.Select(one => one.Headers["webhook-id"]).ShouldBeUnique();
    }

    [Fact]
    public async Task Digest_IsMadeOnce_WhenTwoNodesRace()
    {
        await GivenChannelAsync(digest: "24h");
        for (var n = 0; n < 10; n++)
        {
            await SayAsync($"message {n}");
        }
        await ShiftAsync(86_400);
        var other = NewNode();

        await Task.WhenAll(PumpAsync(), PumpAsync(other));

        Peer.All.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Digest_IsCutIntoSeveral_WhenItWouldBeTooLong()
    {
        await GivenChannelAsync(digest: "24h");
        for (var n = 0; n < 5; n++)
        {
            await SayAsync($"message {n}");
        }
        await ShiftAsync(86_400);

        await PumpAsync(NewNode(options => options.PerDigest = 3));

        Peer.All.Select(one => one.Json.GetProperty("data").GetProperty("messages").GetArrayLength())
            .Order()
            .ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Message_WaitsUntilItsChannelIsSwitchedOn()
    {
        await GivenChannelAsync(enabled: false);
        var id = await SayAsync("off");
        await PumpAsync();
        var held = await DeliveryOfAsync(id);

        await GivenChannelAsync(enabled: true);
        await PumpAsync();

        held.Status.ShouldBe(DeliveryStatus.Held);
        Peer.All.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Message_IsNotSentAnyMore_WhenItWaitedTooLong()
    {
        await GivenChannelAsync(enabled: false);
        var id = await SayAsync("stale");
        await ShiftAsync(TimeSpan.FromDays(4).TotalSeconds);

        await GivenChannelAsync(enabled: true);
        await PumpAsync();

        Peer.All.ShouldBeEmpty();
        var row = await DeliveryOfAsync(id);
        row.Status.ShouldBe(DeliveryStatus.Failed);
        row.LastError!.ShouldContain("3 days");
    }

    [Fact]
    public async Task Message_StaysInTheInbox_WhenItsChannelIsTakenAway()
    {
        await GivenChannelAsync(enabled: false);
        var id = await SayAsync("orphan");

        var removed = await Book.RemoveAsync("ops", "dana", Cancelled);
        await GivenChannelAsync();
        await PumpAsync();

        removed.ShouldBeTrue();
        Peer.All.ShouldBeEmpty();
        var row = await DeliveryOfAsync(id);
        (row.Status, row.LastError).ShouldBe((DeliveryStatus.Failed, "The channel was removed."));
        (await InboxAsync()).ShouldHaveSingleItem().Text.ShouldBe("orphan");
    }

    // Hours around now, by the database's clock and in UTC.
    private async Task<string> HoursAsync(int from, int to)
    {
        var now = await NowAsync();
        return string.Create(CultureInfo.InvariantCulture, $"{now.AddHours(from):HH:mm}-{now.AddHours(to):HH:mm}");
    }
}
