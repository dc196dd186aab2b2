using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Project38.Core.Tools.Browser;

/// <summary>The pages of one browser: which is looked at, which crashed, and what they wait for.</summary>
internal sealed class BrowserPages
{
    // Given to the page's own timers after an action, so that what they begin is seen.
    private const string Breath = "() => new Promise(done => setTimeout(done, 50))";

    private static readonly string[] s_awaited = ["document", "xhr", "fetch", "script", "stylesheet"];

    private readonly BrowserOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<IPage> _pages = [];
    private readonly HashSet<IRequest> _requests = [];
    private readonly ConcurrentQueue<string> _offered = new();
    private TaskCompletionSource? _quiet;

    public BrowserPages(IBrowserContext context, BrowserOptions options, TimeProvider time)
    {
        (Context, _options, _time) = (context, options, time);
        context.Page += (_, page) => Opened(page);
        context.Request += (_, request) => Began(request);
        context.RequestFinished += (_, request) => Ended(request);
        context.RequestFailed += (_, request) => Ended(request);
    }

    /// <summary>Whether a page has crashed.</summary>
    public bool Crashed { get; private set; }

    /// <summary>Whether whoever acts waits for a download himself.</summary>
    public bool TakesDownloads { get; set; }

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _pages.Count;
            }
        }
    }

    private IBrowserContext Context { get; }

    /// <summary>The page that was opened last.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    public IPage Current
    {
        get
        {
            lock (_gate)
            {
                return _pages.LastOrDefault()
                    ?? throw new ToolException("No page is open. Call browser.navigate first.");
            }
        }
    }

    /// <summary>The same, opened where there is none.</summary>
    public async Task<IPage> CurrentOrNewAsync() => Count > 0 ? Current : await Context.NewPageAsync();

    /// <summary>The names of files that pages offered since the last call, and nobody took.</summary>
    public IReadOnlyList<string> TakeOffered()
    {
        var names = new List<string>();
        while (_offered.TryDequeue(out var name))
        {
            names.Add(name);
        }

        return names;
    }

    /// <summary>Waits for what was set off: requests, and the page that they lead to; as long as <see cref="BrowserOptions.SettleTimeout"/>.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_options.SettleTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // Once for what the action sets off, and once for what its answers do.
            for (var round = 0; round < 2; round++)
            {
                await BreatheAsync().WaitAsync(either.Token);
                await QuietAsync().WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It is looked at as it is.
        }
    }

    private async Task BreatheAsync()
    {
        try
        {
            if (Count > 0)
            {
                var page = Current;
                await page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
                await page.EvaluateAsync(Breath);
            }
        }
        catch (Exception fault) when (fault is PlaywrightException or TimeoutException)
        {
            // It is on its way to another page, or gone.
        }
    }

    private Task QuietAsync()
    {
        lock (_gate)
        {
            if (_requests.Count == 0)
            {
                return Task.CompletedTask;
            }

            _quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _quiet.Task;
        }
    }

    private void Opened(IPage page)
    {
        bool tooMany;
        lock (_gate)
        {
            tooMany = _pages.Count >= _options.Pages;
            if (!tooMany)
            {
                _pages.Add(page);
            }
        }

        page.Crash += (_, _) => Crashed = true;
        page.Close += (_, _) => Closed(page);
        page.Download += (_, download) => _ = OfferedAsync(download);
        if (tooMany)
        {
            _ = CloseAsync(page);
        }
    }

    /// <summary>Closes a page, if it is open.</summary>
    public static async Task CloseAsync(IPage page)
    {
        try
        {
            await page.CloseAsync();
        }
        catch (PlaywrightException)
        {
            // It is closed.
        }
    }

    private void Closed(IPage page)
    {
        lock (_gate)
        {
            _ = _pages.Remove(page);
            // What a closed page waited for is never said to have ended.
            _requests.Clear();
            SayQuiet();
        }
    }

    private async Task OfferedAsync(IDownload download)
    {
        if (TakesDownloads)
        {
            return;
        }

        if (_offered.Count < _options.Pages)
        {
            _offered.Enqueue(PageWords.Cut(download.SuggestedFilename, 200));
        }

        try
        {
            await download.CancelAsync();
        }
        catch (PlaywrightException)
        {
            // It is over.
        }
    }

    private void Began(IRequest request)
    {
        if (!s_awaited.Contains(request.ResourceType))
        {
            return;
        }

        lock (_gate)
        {
            _ = _requests.Add(request);
        }
    }

    private void Ended(IRequest request)
    {
        lock (_gate)
        {
            _ = _requests.Remove(request);
            SayQuiet();
        }
    }

    private void SayQuiet()
    {
        if (_requests.Count == 0)
        {
            _quiet?.SetResult();
            _quiet = null;
        }
    }
}
