using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Project38.Core.Harness.Deliveries;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Deliveries;

/// <summary>Nodes that deliver to a peer over real HTTP.</summary>
public abstract class DeliverySuite(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    /// <summary>The value of the secret that channels of these tests sign with.</summary>
    protected const string SigningKey = "signing-key-of-the-test";

    private protected PeerStandIn Peer { get; private set; } = null!;

    private protected ServiceProvider Node { get; private set; } = null!;

    private protected ChannelBook Book => Node.GetRequiredService<ChannelBook>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Peer = await PeerStandIn.StartAsync();
        Node = NewNode();
        await Node.GetRequiredService<SecretStore>().PutAsync("SIGNING", SigningKey, "dana", Cancelled);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Peer.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected ServiceProvider NewNode(Action<DeliveryOptions>? change = null) =>
        base.NewNode(services =>
        {
            services.AddSingleton(Database.Factory);
            services.AddSingleton(Options.Create(Database.Options)).AddSingleton<HomeFolder>();
            services.AddSecrets().AddTools().AddChannels().AddDeliveries();
            services.Configure<DeliveryOptions>(options => change?.Invoke(options));
        });

    /// <summary>A channel of signed webhooks to the peer.</summary>
    private protected async Task<Channel> GivenChannelAsync(
        string name = "ops",
        PeerStandIn? peer = null,
        string? quietHours = null,
        string? digest = null,
        bool enabled = true
    )
    {
        var wish = new NewChannel
        {
            Name = name,
            Kind = "webhook",
            Settings = new Dictionary<string, string>
            {
                ["url"] = $"{(peer ?? Peer).Url}/in",
                ["signing_secret"] = "SIGNING",
                ["allow_private"] = "true",
            },
            QuietHours = quietHours,
            Digest = digest,
            Enabled = enabled,
        };
        return (await Book.PutAsync(wish, "dana", Cancelled)).ShouldBeOfType<ChannelAnswer.Kept>().Channel;
    }

    /// <summary>A message to a channel, as a tool call stores it.</summary>
    private protected Task<long> SayAsync(string text, string channel = "ops", string? key = null) =>
        Node.GetRequiredService<Inbox>()
            .SendAsync(
                new NewInboxMessage
                {
                    TeamId = Team.Default,
                    AgentId = null,
                    TaskId = 42,
                    Title = "תקציב",
                    Text = text,
                    Source = "agent",
                    Channel = channel,
                    IdempotencyKey = key ?? $"42:1:{text}",
                },
                Cancelled
            );

    /// <summary>Sends what is due, and waits until that has ended.</summary>
    private protected Task PumpAsync() => PumpAsync(Node);

    private protected static async Task PumpAsync(ServiceProvider node)
    {
        var pump = node.GetRequiredService<DeliveryPump>();
        await pump.TurnAsync(Cancelled);
        await pump.IdleAsync();
    }

    private protected async Task<Delivery> DeliveryOfAsync(long messageId)
    {
        await using var db = CreateDb();
        return await db.Deliveries.AsNoTracking().SingleAsync(one => one.MessageId == messageId, Cancelled);
    }

    private protected async Task<List<InboxMessage>> ToldAsync() =>
        [.. (await InboxAsync()).Where(message => message.Source == "platform")];
}
