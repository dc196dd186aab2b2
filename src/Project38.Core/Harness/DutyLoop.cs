using System.Data.Common;
using Microsoft.Extensions.Logging;
using Project38.Core.Storage;

namespace Project38.Core.Harness;

/// <summary>Does one duty over and over. It outlives every outage of the database, and no other failure.</summary>
public sealed class DutyLoop(string duty, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Takes turns until stopped.</summary>
    /// <param name="turn">One turn; sleeps itself when there is nothing to do.</param>
    /// <param name="cancellationToken">Ends the loop without an exception.</param>
    public async Task RunAsync(Func<CancellationToken, Task> turn, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await PersistAsync(
                    async () =>
                    {
                        await turn(cancellationToken);
                        return true;
                    },
                    cancellationToken
                );
            }
            catch (Exception exception)
                when (cancellationToken.IsCancellationRequested
                    && (exception is OperationCanceledException || IsDatabaseFailure(exception))
                )
            {
                return;
            }
            catch (Exception exception)
            {
                // A background service that throws stops the host with exit code 0, and no supervisor restarts that.
                Environment.ExitCode = 1;
                logger.DutyFailed(duty, exception);
                throw;
            }
        }
    }

    /// <summary>Does one thing, and does it again as long as the database fails; logs once per outage.</summary>
    public async Task<T> PersistAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                var result = await act();
                if (failures > 0)
                {
                    logger.OutageEnded(duty, failures);
                }
                return result;
            }
            catch (Exception exception)
                when (IsDatabaseFailure(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (failures == 0)
                {
                    logger.OutageBegan(duty, StorageException.Explain(exception)?.Message, exception);
                }
                var wait = Math.Min(
                    FirstWait.TotalSeconds * Math.Pow(2, Math.Min(failures, 10)),
                    LongestWait.TotalSeconds
                );
                await Task.Delay(TimeSpan.FromSeconds(wait), time, cancellationToken);
            }
        }
    }

    /// <summary>Whether trying again may help: the database is at fault, at whatever depth.</summary>
    public static bool IsDatabaseFailure(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            // Also a broken unique key: two nodes raced, and the second look sees what the first one wrote.
            if (cause is DbException or StorageException)
            {
                return true;
            }
        }
        return false;
    }
}
