using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Project38.Sandbox;

namespace Project38.Core.Execution.Programs;

/// <summary>The machine's sandbox, and one for each weaker level that somebody asked for by name.</summary>
/// <param name="strongest">The one that agents run in.</param>
/// <param name="options">How it is set up, made anew for each level.</param>
/// <param name="time">The clock.</param>
public sealed class SandboxLevels(ISandbox strongest, IOptionsFactory<SandboxOptions> options, TimeProvider time)
    : IDisposable
{
    // Kept: each one's first use probes the machine, some tenths of a second, and it holds a thread.
    private readonly ConcurrentDictionary<SandboxLevel, Lazy<BubblewrapSandbox>> _weaker = new();

    /// <summary>A sandbox of a level, or of the strongest.</summary>
    /// <param name="level">Null: the strongest.</param>
    /// <param name="cancellationToken">Stops waiting for the probe.</param>
    /// <exception cref="StrongerLevelException">The machine does not have it.</exception>
    public async Task<ISandbox> OfAsync(SandboxLevel? level, CancellationToken cancellationToken)
    {
        if (level is not { } asked)
        {
            return strongest;
        }

        var has = (await strongest.ReportAsync(cancellationToken)).Level;
        return asked > has ? throw new StrongerLevelException(has)
            : asked == has ? strongest
            : _weaker.GetOrAdd(asked, _ => new Lazy<BubblewrapSandbox>(() => Create(asked))).Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var sandbox in _weaker.Values.Where(sandbox => sandbox.IsValueCreated))
        {
            sandbox.Value.Dispose();
        }
    }

    private BubblewrapSandbox Create(SandboxLevel level)
    {
        var exactly = options.Create(Options.DefaultName);
        exactly.MaxLevel = level;

        // Asking for a level does not allow one that whoever set up the platform did not.
        exactly.MinLevel = level > exactly.MinLevel ? level : exactly.MinLevel;
        return new BubblewrapSandbox(Options.Create(exactly), time);
    }
}

/// <summary>A level was asked for that the machine does not have.</summary>
/// <param name="has">The strongest that it has.</param>
public sealed class StrongerLevelException(SandboxLevel has) : Exception($"The strongest level here is {has}.")
{
    /// <summary>The strongest that the machine has.</summary>
    public SandboxLevel Has => has;
}
