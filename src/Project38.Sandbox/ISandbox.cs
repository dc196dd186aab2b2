using Project38.Sandbox.Browsers;

namespace Project38.Sandbox;

/// <summary>Starts untrusted programs, contained. The wall between them and everything else.</summary>
public interface ISandbox
{
    /// <summary>The level this sandbox gives, found by probing the real command line.</summary>
    SandboxLevel Level { get; }

    /// <summary>What the probe found, with advice. Cached; looked for again after the sandbox itself has failed.</summary>
    Task<SandboxReport> ReportAsync(CancellationToken cancellationToken);

    /// <summary>Gets ready what such programs are forked from, so that the first of them is, too. Where they cannot be, it does nothing.</summary>
    Task WarmAsync(SandboxSpec spec, CancellationToken cancellationToken);

    /// <summary>Starts one program. It dies with the platform, at its limits, and when disposed.</summary>
    /// <exception cref="SandboxUnavailableException">Nothing here can contain it; nothing was started.</exception>
    Task<SandboxProcess> StartAsync(SandboxSpec spec, CancellationToken cancellationToken);

    /// <summary>Makes the cell of one browser, which the caller starts and disposes.</summary>
    /// <exception cref="SandboxUnavailableException">There are no namespaces to make it of.</exception>
    Task<BrowserCell> MakeCellAsync(BrowserCellSpec spec, CancellationToken cancellationToken);
}

/// <summary>A running sandbox: streams in and out, and how it ended.</summary>
public abstract class SandboxProcess : IAsyncDisposable
{
    /// <summary>What the platform says to the program: its standard input.</summary>
    public abstract Stream Input { get; }

    /// <summary>What the program says to the platform: its standard output. Ends when the program does.</summary>
    public abstract Stream Output { get; }

    /// <summary>Everything printed so far, as UTF-8 with replacement, up to the log limit.</summary>
    public abstract string Log { get; }

    /// <summary>What was printed after the first <paramref name="from"/> bytes. Waits for nothing, and holds nothing up.</summary>
    /// <param name="from">How many bytes to leave out, from 0.</param>
    /// <param name="most">At most so many bytes.</param>
    public abstract byte[] ReadLog(long from, int most);

    /// <summary>Completes when all of the run's processes are gone. Never faults.</summary>
    public abstract Task<SandboxExit> Completion { get; }

    /// <summary>Ends all of the run's processes at once. Safe to call twice, and after the end.</summary>
    public abstract void Kill();

    /// <summary>Ends it, and returns when nothing of it is left: its cgroup is gone, too.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>The machine cannot contain a program at an allowed level. The message says what to do.</summary>
public sealed class SandboxUnavailableException(string message) : Exception(message);
