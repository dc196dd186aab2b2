using Microsoft.Extensions.Options;
using Project38.Sandbox.Bubblewrap;
using Project38.Sandbox.Probing;

namespace Project38.Sandbox;

/// <summary>Contains programs by bubblewrap, cgroups and seccomp, as strongly as the machine was seen to.</summary>
/// <remarks>Disposing it ends every run it started.</remarks>
public sealed class BubblewrapSandbox : ISandbox, IDisposable
{
    private readonly SandboxOptions _options;
    private readonly BubblewrapRunner _runner;
    private readonly SandboxProbe _probe;

    /// <summary>A sandbox that probes the machine when it is first used.</summary>
    public BubblewrapSandbox(IOptions<SandboxOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _runner = new BubblewrapRunner(_options, time);
        _probe = new SandboxProbe(_options, _runner, time);
    }

    /// <inheritdoc/>
    /// <remarks>The first look waits for the probe, some tenths of a second.</remarks>
    public SandboxLevel Level => Task.Run(() => ReportAsync(CancellationToken.None)).GetAwaiter().GetResult().Level;

    /// <inheritdoc/>
    public async Task<SandboxReport> ReportAsync(CancellationToken cancellationToken) =>
        (await _probe.FindAsync(cancellationToken)).Report;

    /// <inheritdoc/>
    public async Task<SandboxProcess> StartAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        var finding = await _probe.FindAsync(cancellationToken);
        if (finding.Containment is not { } containment || containment.Level < _options.MinLevel)
        {
            throw new SandboxUnavailableException(finding.Refusal(_options.MinLevel));
        }

        try
        {
            var process = await _runner.StartAsync(spec, containment, cancellationToken);
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
    public void Dispose() => _runner.Dispose();

    /// <summary>What the machine could do an hour ago may have been switched off since: look again.</summary>
    private async Task ForgetWhenNotStartedAsync(SandboxProcess process)
    {
        if (await process.Completion is SandboxExit.NotStarted)
        {
            _probe.Forget();
        }
    }
}
