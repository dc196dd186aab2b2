using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Project38.Core.Tools.Browser;

/// <summary>The browser of one run: started by its first call, gone with its session, and started anew after it ended.</summary>
internal sealed class RunBrowser(
    Browsers browsers,
    RunIdentity identity,
    IReadOnlyList<string> hosts,
    BrowserOptions options,
    TimeProvider time,
    ILogger logger
) : IAsyncDisposable
{
    // Beyond the time that the browser itself keeps to.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private BrowserLife? _life;
    private BrowserPages? _pages;

    /// <summary>The page as the last call left it: what a call that is not made answers.</summary>
    public PageState Last { get; private set; } = PageState.Nothing;

    /// <summary>Counts what is done again and again.</summary>
    public LoopGuard Loops { get; } = new(options.SameActions);

    /// <summary>The life it has now; null: none.</summary>
    internal BrowserLife? Life => _life;

    /// <summary>Does something in the browser, when what was begun before is done.</summary>
    /// <param name="timeout">How long it may take, the start of the browser not included.</param>
    /// <param name="act">What to do.</param>
    /// <param name="cancellationToken">Gives it up, and the browser with it.</param>
    /// <param name="opens">Whether it opens a page where there is none; else no browser is started for it.</param>
    /// <exception cref="ToolException">It did not work; the message says why.</exception>
    public async Task<T> DoAsync<T>(
        TimeSpan timeout,
        Func<BrowserPages, Task<T>> act,
        CancellationToken cancellationToken,
        bool opens = false
    )
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!opens && _life is null)
            {
                throw new ToolException("No page is open. Call browser.navigate first.");
            }

            var (life, pages) = await OpenAsync(timeout, opens, cancellationToken);
            return await DoAsync(life, pages, timeout, act, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What the page is like now.</summary>
    /// <param name="pages">Its pages.</param>
    /// <param name="status">Of HTTP, where it was loaded.</param>
    public async Task<PageState> LookAsync(BrowserPages pages, int? status = null)
    {
        if (pages.Count == 0)
        {
            return Last = PageState.Nothing;
        }

        var page = pages.Current;
        var title = "";
        try
        {
            title = await page.TitleAsync().WaitAsync(s_grace, time, CancellationToken.None);
        }
        catch (Exception fault) when (fault is TimeoutException or PlaywrightException && !pages.Crashed)
        {
            // It is on its way to another, or busy: the next call sees that.
        }

        return Last = new PageState(
            PageWords.Cut(page.Url, PageState.MostAddress),
            PageWords.Cut(title, PageState.MostTitle),
            status,
            pages.Count,
            _life!.TakeRefused(),
            pages.TakeOffered()
        );
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _turn.Dispose();
    }

    private async Task<(BrowserLife, BrowserPages)> OpenAsync(
        TimeSpan timeout,
        bool opens,
        CancellationToken cancellationToken
    )
    {
        if (_life is { } over && (over.IsOver || _pages!.Crashed))
        {
            var ended = await EndedAsync(over);
            if (!opens)
            {
                throw ended;
            }
        }

        if (_life is null)
        {
            _life = await browsers.StartAsync(hosts, timeout, cancellationToken);
            _pages = new BrowserPages(_life.Context, options, time);
            Last = PageState.Nothing;
        }

        return (_life, _pages!);
    }

    private async Task<T> DoAsync<T>(
        BrowserLife life,
        BrowserPages pages,
        TimeSpan timeout,
        Func<BrowserPages, Task<T>> act,
        CancellationToken cancellationToken
    )
    {
        using var late = new CancellationTokenSource(timeout + s_grace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await act(pages).WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // What it was at goes on in there: nobody knows on which page.
            await CloseAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw Late(timeout);
        }
        catch (Exception fault) when (fault is PlaywrightException or TimeoutException)
        {
            if (fault is TimeoutException && !await AnswersAsync(pages, cancellationToken))
            {
                await CloseAsync();
                throw Late(timeout);
            }

            if (!life.IsOver && !pages.Crashed)
            {
                throw new ToolException(PageWords.Fault(fault), fault);
            }

            throw await EndedAsync(life);
        }
    }

    private async Task<ToolException> EndedAsync(BrowserLife life)
    {
        var reason = life.RanOutOfMemory
            ? $"its {options.MemoryBytes / (1024 * 1024)} MB of memory were used up"
            : "it crashed";
        BrowserLog.Ended(logger, identity.AgentId, reason);
        await CloseAsync();
        return new ToolException($"The browser ended: {reason}. {Fresh}");
    }

    // Busy for good: nothing could be done on it any more, nor another page be opened in its place.
    private async Task<bool> AnswersAsync(BrowserPages pages, CancellationToken cancellationToken)
    {
        try
        {
            return pages.Count == 0
                || await pages.Current.EvaluateAsync<bool>("() => true").WaitAsync(s_grace, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (PlaywrightException)
        {
            return true;
        }
    }

    private static ToolException Late(TimeSpan timeout) =>
        new($"The page did not answer within {timeout.TotalSeconds:0.#} s and was closed with its browser. {Fresh}");

    private async Task CloseAsync()
    {
        if (_life is { } life)
        {
            (_life, _pages) = (null, null);
            try
            {
                await life.DisposeAsync();
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                BrowserLog.NotCleared(logger, fault);
            }
            finally
            {
                browsers.Return();
            }
        }
    }

    private const string Fresh = "The next call begins with a fresh one, so navigate first.";
}
