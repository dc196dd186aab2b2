using Microsoft.Playwright;
using Project38.Sandbox.Browsers;

namespace Project38.Core.Tools.Browser;

/// <summary>One life of a browser: its cell, its driver, its one context with its pages, and its way out.</summary>
internal sealed class BrowserLife : IAsyncDisposable
{
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(5);

    private readonly BrowserCell _cell;
    private readonly FilteringProxy _proxy;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly TimeProvider _time;

    private BrowserLife(
        BrowserCell cell,
        FilteringProxy proxy,
        IPlaywright playwright,
        IBrowser browser,
        IBrowserContext context,
        TimeProvider time
    )
    {
        (_cell, _proxy, _playwright, _browser, _time) = (cell, proxy, playwright, browser, time);
        Context = context;
    }

    /// <summary>Its pages, cookies and all else that it remembers.</summary>
    public IBrowserContext Context { get; }

    /// <summary>The hosts that its pages wanted since this was last asked, and did not get.</summary>
    public IReadOnlyList<string> TakeRefused() => _proxy.TakeRefused();

    /// <summary>How often anything was refused so far, and the last of it.</summary>
    public (int Times, ProxyRefusal? Last) Refused => _proxy.Refused;

    /// <summary>Whether nothing can be done with it any more.</summary>
    public bool IsOver => !_browser.IsConnected;

    /// <summary>Whether it, or a part of it, was killed because its memory was used up.</summary>
    public bool RanOutOfMemory => _cell.RanOutOfMemory;

    /// <summary>The most memory it had at one time, with its driver, in bytes; null where nobody counts.</summary>
    public long? PeakMemoryBytes => _cell.PeakMemoryBytes;

    /// <summary>Starts one in a cell, which is the life's own from here on.</summary>
    /// <param name="cell">Where.</param>
    /// <param name="serve">Makes its way out of the socket that listens in the cell.</param>
    /// <param name="driverFolder">Playwright's, as the cell can read it.</param>
    /// <param name="options">How.</param>
    /// <param name="time">How long it may take.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="PlaywrightException">It does not start.</exception>
    /// <exception cref="TimeoutException">It did not start in time.</exception>
    public static async Task<BrowserLife> StartAsync(
        BrowserCell cell,
        Func<System.Net.Sockets.Socket, FilteringProxy> serve,
        string driverFolder,
        BrowserOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        FilteringProxy? proxy = null;
        var starting = BrowserStart.StartAsync(cell.Program, driverFolder);
        try
        {
            using var late = new CancellationTokenSource(options.StartTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            var wayOut = cell.WayOutAsync(either.Token);
            if (await Task.WhenAny(wayOut, starting) == starting)
            {
                // It failed before its cell was built: nothing comes out of that any more.
                await starting;
            }
            proxy = serve(await wayOut);
            var playwright = await starting.WaitAsync(either.Token);
            var browser = await playwright.Chromium.LaunchAsync(Launch(options)).WaitAsync(either.Token);
            var context = await browser.NewContextAsync(ContextOptions()).WaitAsync(either.Token);
            return new BrowserLife(cell, proxy, playwright, browser, context, time);
        }
        catch (Exception fault)
        {
            await EndAsync(cell, starting, proxy, time);

            if (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"It did not start within {options.StartTimeout.TotalSeconds:0.#} s.",
                    fault
                );
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync(_cell, Task.FromResult(_playwright), _proxy, _time);

    // Nothing of it is kept, so it need not be closed well. The cell is ended first: a driver that a page keeps busy, or has
    // stopped, would let itself be asked for ever.
    private static async Task EndAsync(
        BrowserCell cell,
        Task<IPlaywright> driver,
        FilteringProxy? proxy,
        TimeProvider time
    )
    {
        try
        {
            await cell.DisposeAsync();
        }
        finally
        {
            await GoodbyeAsync(DisposeAsync(driver), time);
            await GoodbyeAsync(proxy?.DisposeAsync().AsTask() ?? Task.CompletedTask, time);
        }
    }

    // One that is still starting goes when it has: nobody has it any more. It waits for its process, on a thread.
    private static async Task DisposeAsync(Task<IPlaywright> driver)
    {
        await ((Task)driver).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (driver.IsCompletedSuccessfully)
        {
            await Task.Run((await driver).Dispose);
        }
    }

    private static async Task GoodbyeAsync(Task ending, TimeProvider time)
    {
        try
        {
            await ending.WaitAsync(s_goodbye, time);
        }
        catch (TimeoutException)
        {
            // A driver, a name server or a peer that does not answer holds up its own end, and not the run's.
        }
        catch (PlaywrightException)
        {
            // Its driver is gone before it was told.
        }
    }

    private static BrowserTypeLaunchOptions Launch(BrowserOptions options) =>
        new()
        {
            ExecutablePath = options.ChromiumPath,
            Headless = true,
            // Chromium's own sandbox, for each process that reads pages; without it Chromium does not start.
            ChromiumSandbox = true,
            Timeout = (float)options.StartTimeout.TotalMilliseconds,
            Proxy = new Proxy { Server = $"http://127.0.0.1:{BrowserCell.WayOutPort}" },
            Args =
            [
                "--disable-quic",
                "--disable-component-update",
                "--no-pings",
                "--dns-prefetch-disable",
                "--disable-domain-reliability",
                "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
                "--disable-gpu",
            ],
        };

    private static BrowserNewContextOptions ContextOptions() =>
        new()
        {
            AcceptDownloads = true,
            Locale = "en-US",
            ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
        };
}
