using Project38.Core.Harness;

namespace Project38.Server.Http.Idempotency;

/// <summary>The loop around <see cref="KeyBook.SweepAsync"/>. Of several nodes each may do it.</summary>
internal sealed class KeySweeper(KeyBook book, TimeProvider time, ILogger<KeySweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DutyLoop("keys of requests", time, logger).RunAsync(
            async cancellationToken =>
            {
                // Answers may be large, and SQLite has one writer: others come between two batches.
                var more = await book.SweepAsync(cancellationToken);
                await Task.Delay(more ? Breath : Every, time, cancellationToken);
            },
            stoppingToken
        );
}
