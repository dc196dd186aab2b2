namespace Project38.Server.Lifetime;

/// <summary>Stops an embedded server when its last verb has left.</summary>
internal sealed class EmbeddedLifetime(Attachments attachments, IHostApplicationLifetime lifetime, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
        {
            await started.Task.WaitAsync(stoppingToken);
        }
        attachments.Open();
        using var timer = new PeriodicTimer(Pace, time);
        while (!attachments.TryClose())
        {
            if (!await timer.WaitForNextTickAsync(stoppingToken))
            {
                return;
            }
        }
        lifetime.StopApplication();
    }
}
