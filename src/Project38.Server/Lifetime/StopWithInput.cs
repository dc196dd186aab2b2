namespace Project38.Server.Lifetime;

/// <summary>Stops the server when its standard input ends: whoever started it is gone, however that ended.</summary>
internal sealed class StopWithInput(IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[64];

        // A read of a pipe cannot be cancelled, so the stop does not wait for it.
        var ended = Task.Run(
            async () =>
            {
                while (await input.ReadAsync(buffer, CancellationToken.None) > 0) { }
            },
            stoppingToken
        );
        await ended.WaitAsync(stoppingToken);
        lifetime.StopApplication();
    }
}
