using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Harness.Approvals.Buttons;

/// <summary>Listens to each bot that asked something, for as long as that is open, on nodes of every role: one of them at a time.</summary>
internal sealed class ButtonService(
    AskedBots bots,
    BotListener listener,
    TimeProvider time,
    ILogger<ButtonService> logger
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly WakeUp _again = new(time);
    private readonly ConcurrentDictionary<string, Task> _listening = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await new DutyLoop("answers by buttons", time, logger).RunAsync(
            async cancellationToken =>
            {
                foreach (var channel in await bots.ListAsync(cancellationToken))
                {
                    Begin(channel, stoppingToken);
                }
                await _again.SleepAsync(Every, cancellationToken);
            },
            stoppingToken
        );
        await Task.WhenAll(_listening.Values);
    }

    // Each by itself: a bot that is silent for as long as it may be holds up no other.
    private void Begin(Channel channel, CancellationToken cancellationToken)
    {
        var bot = ChannelSettings.Of(channel).Required("token_secret");
        if (_listening.ContainsKey(bot))
        {
            return;
        }
        var done = new TaskCompletionSource();
        _listening[bot] = done.Task;
        _ = Task.Run(
            async () =>
            {
                var again = await ListenAsync(channel, cancellationToken);
                _listening.TryRemove(bot, out _);
                done.SetResult();
                if (again)
                {
                    _again.Signal();
                }
            },
            CancellationToken.None
        );
    }

    private async Task<bool> ListenAsync(Channel channel, CancellationToken cancellationToken)
    {
        try
        {
            return await listener.ListenAsync(channel, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
#pragma warning disable CA1031 // The wall: what one bot says, or a database that is away for a while, ends no other bot's listening.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.ListeningBroke(channel.Name, fault);
            return false;
        }
    }
}
