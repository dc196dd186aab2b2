using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using Project38.Core.Tools.Http;
using Project38.Sandbox;
using Project38.Sandbox.Browsers;
using Project38.Sandbox.Staging;

namespace Project38.Core.Tools.Browser;

/// <summary>The browsers of a node: a fresh one for each run that asks, so many at one time.</summary>
internal sealed class Browsers(
    ISandbox sandbox,
    StagingArea staging,
    EgressPolicy policy,
    IOptions<BrowserOptions> options,
    TimeProvider time,
    ILogger<Browsers> logger
) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.Value.AtOnce, options.Value.AtOnce);

    // What failed once, for a disk that was full, is tried again by the next.
    private readonly Lazy<string> _driver = new(
        () => staging.StageFolder(options.Value.DriverFolder),
        LazyThreadSafetyMode.PublicationOnly
    );

    /// <summary>Starts one, in its turn. Whoever gets it calls <see cref="Return"/> once it is disposed.</summary>
    /// <param name="hosts">Where its pages may go.</param>
    /// <param name="patience">How long to wait for a turn.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="ToolException">There is none to be had, and why.</exception>
    public async Task<BrowserLife> StartAsync(
        IReadOnlyList<string> hosts,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        if (options.Value.WhyNot() is { } why)
        {
            throw new ToolException($"There is no browser on this node: {why}");
        }
        if (!await TakeTurnAsync(patience, cancellationToken))
        {
            throw new ToolException(
                $"All {options.Value.AtOnce} browsers of this node are at work, and none came free within "
                    + $"{patience.TotalSeconds:0.#} s. Give the call more time, or run at another time."
            );
        }

        try
        {
            return await StartAsync(hosts, cancellationToken);
        }
        catch (Exception fault)
        {
            Return();
            switch (fault)
            {
                case SandboxUnavailableException or PlaywrightException or IOException or TimeoutException:
                    BrowserLog.NotStarted(logger, fault);
                    throw new ToolException(
                        "The browser did not start, or nothing here can contain it. The platform's log says why, and "
                            + "'p38 doctor' what this machine can do.",
                        fault
                    );
                default:
                    throw;
            }
        }
    }

    /// <summary>Lets another begin.</summary>
    public void Return() => _turns.Release();

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task<BrowserLife> StartAsync(IReadOnlyList<string> hosts, CancellationToken cancellationToken)
    {
        var own = options.Value;
        var chromium = Path.GetDirectoryName(own.ChromiumPath)!;
        var cell = await sandbox.MakeCellAsync(
            new BrowserCellSpec
            {
                Driver = own.NodePath,
                ReadableFolders =
                [
                    _driver.Value,
                    .. chromium.StartsWith("/usr/", StringComparison.Ordinal) ? (string[])[] : [chromium],
                ],
                MemoryBytes = own.MemoryBytes,
                CpuPercent = own.CpuPercent,
            },
            cancellationToken
        );
        if (!cell.HasMemoryLimit)
        {
            BrowserLog.Unlimited(logger);
        }

        return await BrowserLife.StartAsync(
            cell,
            listener => new FilteringProxy(listener, policy, hosts, own, time),
            _driver.Value,
            own,
            time,
            cancellationToken
        );
    }

    private async Task<bool> TakeTurnAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _turns.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

internal static partial class BrowserLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A browser did not start")]
    public static partial void NotStarted(ILogger logger, Exception fault);

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Warning,
        Message = "This machine has no cgroup for a browser: nothing but its page's own bounds limits its memory"
    )]
    public static partial void Unlimited(ILogger logger);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "A browser of agent {AgentId} ended: {Reason}")]
    public static partial void Ended(ILogger logger, long agentId, string reason);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "What a browser left could not be cleared away")]
    public static partial void NotCleared(ILogger logger, Exception fault);
}
