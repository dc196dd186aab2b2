using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Project38.Sandbox.Browsers;
using Project38.Sandbox.Bubblewrap;
using Project38.Sandbox.Forking;
using Project38.Sandbox.Gvisor;
using Project38.Sandbox.Landlock;
using Project38.Sandbox.Probing;
using Project38.Sandbox.Running;

namespace Project38.Sandbox;

/// <summary>Contains programs by bubblewrap, cgroups, Landlock, seccomp and gVisor, as strongly as the machine was seen to.</summary>
/// <remarks>Disposing it ends every run it started.</remarks>
public sealed class BubblewrapSandbox : ISandbox, IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan DisposePatience = TimeSpan.FromSeconds(10);

    private readonly SandboxOptions _options;
    private readonly TimeProvider _time;
    private readonly RunHost _host;
    private readonly ForkServers _forks;
    private readonly SandboxProbe _probe;

    /// <summary>A sandbox that probes the machine when it is first used.</summary>
    public BubblewrapSandbox(IOptions<SandboxOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _host = new RunHost(_options);
        var bubblewrap = new BubblewrapRunner(_options, _host, time);
        _forks = new ForkServers(bubblewrap, time);
        var landlock = new LandlockRunner(_options, _host, time);
        var runsc = _options.RunscPath is { } path ? new RunscRunner(path, _options, _host, time) : null;
        _probe = new SandboxProbe(_options, bubblewrap, landlock, runsc, time);
    }

    /// <inheritdoc/>
    /// <remarks>The first look waits for the probe, some tenths of a second.</remarks>
    public SandboxLevel Level => Task.Run(() => ReportAsync(CancellationToken.None)).GetAwaiter().GetResult().Level;

    /// <inheritdoc/>
    public async Task<SandboxReport> ReportAsync(CancellationToken cancellationToken) =>
        (await _probe.FindAsync(cancellationToken)).Report;

    /// <inheritdoc/>
    public async Task WarmAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        SpecCheck.Require(spec);
        var finding = await _probe.FindAsync(cancellationToken);
        if (finding.Containment is { Forks: true } containment && spec.Fork is not null)
        {
            await _forks.WarmAsync(spec, containment).WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<SandboxProcess> StartAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        var finding = await _probe.FindAsync(cancellationToken);
        if (finding.Containment is not { } containment)
        {
            // Whoever mends the machine does not have to start the platform anew.
            _probe.Forget();
            throw new SandboxUnavailableException(finding.Refusal(_options.MinLevel));
        }

        try
        {
            var process = await ForkAsync(spec, containment) ?? await containment.StartAsync(spec, cancellationToken);
            _ = ForgetWhenNotStartedAsync(process);
            return process;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _probe.Forget();
            throw new SandboxUnavailableException($"The sandbox could not be built: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public async Task<BrowserCell> MakeCellAsync(BrowserCellSpec spec, CancellationToken cancellationToken)
    {
        var finding = await _probe.FindAsync(cancellationToken);
        if (finding.Containment is not { Level: >= SandboxLevel.NoCgroup } containment)
        {
            _probe.Forget();
            throw new SandboxUnavailableException(finding.Refusal(SandboxLevel.NoCgroup));
        }

        var limits = new SandboxLimits
        {
            MemoryBytes = spec.MemoryBytes,
            CpuPercent = spec.CpuPercent,
            Processes = spec.Processes,
        };
        RunLoan? loan = null;
        try
        {
            loan = _host.Borrow(limits, containment);
            return BrowserCell.Make(spec, _options.BubblewrapPath, loan, _time);
        }
        catch (Exception exception)
        {
            loan?.Abandon();
            if (exception is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
            {
                throw new SandboxUnavailableException($"A browser's cell could not be built: {exception.Message}");
            }
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        RunFolders.Leave(_options);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var forks = _forks.DisposeAsync().AsTask();
        Dispose();
        try
        {
            await forks.WaitAsync(DisposePatience, _time);
        }
        catch (TimeoutException)
        {
            // What is left of them dies with the platform, and the next one sweeps up.
        }
    }

    /// <summary>Forks it, where that works; null: it has to be started anew.</summary>
    private async Task<SandboxProcess?> ForkAsync(SandboxSpec spec, Containment containment)
    {
        if (spec.Fork is null || !containment.Forks)
        {
            return null;
        }

        // The runner checks what is started anew.
        SpecCheck.Require(spec);
        if (await _forks.TakeAsync(spec, containment) is not { } child)
        {
            return null;
        }

        try
        {
            return _host.Follow(child.Run(spec, _time));
        }
        catch (IOException)
        {
            // It died as it waited.
            await child.AbandonAsync(_time);
            return null;
        }
    }

    /// <summary>What the machine could do an hour ago may have been switched off since: look again.</summary>
    private async Task ForgetWhenNotStartedAsync(SandboxProcess process)
    {
        if (await process.Completion is SandboxExit.NotStarted)
        {
            _probe.Forget();
        }
    }
}
