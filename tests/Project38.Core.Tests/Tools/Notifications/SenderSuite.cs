using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Sending;
using Project38.Testing;

namespace Project38.Core.Tests.Tools.Notifications;

/// <summary>Channels of every kind, against peers over real connections.</summary>
public abstract class SenderSuite(SqliteFixture fixture) : DatabaseContract(fixture)
{
    /// <summary>The value of the secret <c>KEY</c>.</summary>
    protected const string Key = "123456:canary-of-the-sender";

    private ServiceProvider _services = null!;

    private protected IServiceProvider Services => _services;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(Database.Factory)
            .AddSingleton<IDbContextFactory<ProductDb>>(Database.Factory)
            .AddSingleton(Options.Create(Database.Options))
            .AddSingleton<HomeFolder>()
            .AddSingleton<ResolveHost>((_, _) => Task.FromResult(new[] { System.Net.IPAddress.Loopback }))
            .AddSecrets()
            .AddTools()
            .AddChannels()
            .BuildServiceProvider();
        await _services.GetRequiredService<SecretStore>().PutAsync("KEY", Key, "dana", Cancelled);
    }

    public override async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<SendResult> SendAsync(
        ChannelKind kind,
        Dictionary<string, string> settings,
        params IReadOnlyList<(string Title, string Text)> messages
    ) =>
        _services
            .GetRequiredService<ChannelSender>()
            .SendAsync(ChannelOf(kind, settings), MessageOf(messages), Cancelled);

    private protected static Channel ChannelOf(ChannelKind kind, Dictionary<string, string> settings) =>
        new()
        {
            Name = "ops",
            Kind = kind,
            Settings = System.Text.Json.JsonSerializer.Serialize(settings),
            TimeZone = "UTC",
            Enabled = true,
            ChangedBy = "dana",
            CreatedAt = DateTimeOffset.UnixEpoch,
            ChangedAt = DateTimeOffset.UnixEpoch,
        };

    private protected static OutgoingMessage MessageOf(IReadOnlyList<(string Title, string Text)> messages) =>
        new()
        {
            SendId = "msg_1",
            Channel = "ops",
            Messages =
            [
                .. messages.Select(
                    (one, index) =>
                        new InboxMessage
                        {
                            Id = index + 1,
                            Title = one.Title,
                            Text = one.Text,
                            Source = "agent",
                            IdempotencyKey = $"1:{index}:x",
                            CreatedAt = DateTimeOffset.UnixEpoch,
                        }
                ),
            ],
        };
}
