using Project38.Sandbox.Browsers;
using Project38.Sandbox.Bubblewrap;
using Project38.Sandbox.Cgroups;
using Project38.Sandbox.Forking;
using Project38.Sandbox.Gvisor;
using Project38.Sandbox.Landlock;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Probing;

/// <summary>Finds what this machine can contain, by containing something. Never by a version.</summary>
internal sealed class SandboxProbe(
    SandboxOptions options,
    BubblewrapRunner bubblewrap,
    LandlockRunner landlock,
    RunscRunner? runsc,
    TimeProvider time
)
{
    private readonly Lock _lock = new();
    private Task<SandboxFinding>? _finding;

    /// <summary>What was found; looks once, whoever asks.</summary>
    public Task<SandboxFinding> FindAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // One asker's cancellation must not spoil it for the others.
            _finding ??= ProbeAsync(CancellationToken.None);
            return _finding.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Makes the next asker look again.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            if (_finding is { IsCompleted: true })
            {
                _finding = null;
            }
        }
    }

    private async Task<SandboxFinding> ProbeAsync(CancellationToken cancellationToken)
    {
        var facts = new List<SandboxFact>();
        PlatformMark.EndLeftovers();
        var best =
            await WithRunscAsync(facts, cancellationToken)
            ?? await WithNamespacesAsync(facts, cancellationToken)
            ?? await WithLandlockAsync(facts, cancellationToken);
        facts.Add(Facts.Python());
        if (best is { Level: SandboxLevel.NoCgroup or SandboxLevel.Full } && options.Forks)
        {
            best = best with { Forks = await ForksAsync(best, facts, cancellationToken) };
        }

        if (best is null || best.Level >= options.MinLevel)
        {
            return new SandboxFinding(new SandboxReport(best?.Level ?? SandboxLevel.None, facts), best);
        }

        facts.Add(Facts.Permission(best.Level, options.MinLevel));
        return new SandboxFinding(new SandboxReport(SandboxLevel.None, facts), null);
    }

    private async Task<Containment?> WithRunscAsync(List<SandboxFact> facts, CancellationToken cancellationToken)
    {
        if (runsc is null)
        {
            if (options.MinLevel == SandboxLevel.Vm)
            {
                facts.Add(Facts.NoRunsc("None is named.", path: null));
            }

            return null;
        }

        if (options.MaxLevel < SandboxLevel.Vm)
        {
            return null;
        }

        if (CgroupHierarchy.Find(out var problem) is not { } cgroups)
        {
            facts.Add(Facts.NoRunsc($"There is no cgroup to hold it: {problem}", options.RunscPath));
            return null;
        }

        var found = new Containment(SandboxLevel.Vm, runsc) { Cgroups = cgroups };
        try
        {
            await cgroups.SweepAsync(time);
            await RunFolders.SweepAsync(options);
            return
                await LooksContainedAsync(found, Canary.LooksAboutOnAnotherKernel, facts, cancellationToken)
                && await HoldsMemoryAsync(found, Canary.TakesMemoryOnAnotherKernel, facts, cancellationToken)
                ? found
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            facts.Add(Facts.NoRunsc(exception.Message, options.RunscPath));
            return null;
        }
    }

    private async Task<Containment?> WithNamespacesAsync(List<SandboxFact> facts, CancellationToken cancellationToken)
    {
        if (await BubblewrapHelp.ReadAsync(options.BubblewrapPath, cancellationToken) is not { } help)
        {
            facts.Add(Facts.NoBubblewrap(options.BubblewrapPath));
            return null;
        }

        facts.Add(new SandboxFact("bubblewrap", true, help.Version, null));
        var bare = new Containment(SandboxLevel.NoCgroup, bubblewrap)
        {
            DisablesUserNamespaces = help.DisablesUserNamespaces,
        };
        try
        {
            await BrowserCell.SweepAsync();
            if (
                options.MaxLevel < bare.Level
                || !await LooksContainedAsync(bare, Canary.LooksAbout, facts, cancellationToken)
            )
            {
                return null;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            facts.Add(Facts.NoStart(exception.Message));
            return null;
        }

        return options.MaxLevel >= SandboxLevel.Full
            ? await WithCgroupAsync(bare, facts, cancellationToken) ?? bare
            : bare;
    }

    private async Task<Containment?> WithLandlockAsync(List<SandboxFact> facts, CancellationToken cancellationToken)
    {
        var found = new Containment(SandboxLevel.Degraded, landlock);
        if (options.MaxLevel < found.Level)
        {
            return null;
        }

        try
        {
            await RunFolders.SweepAsync(options);
            var canary = Canary.LooksAboutWithoutNamespaces;
            if (!await LooksContainedAsync(found, canary, facts, cancellationToken))
            {
                return null;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            facts.Add(Facts.NoLandlock(exception.Message));
            return null;
        }

        return found;
    }

    private async Task<bool> LooksContainedAsync(
        Containment containment,
        SandboxSpec canary,
        List<SandboxFact> facts,
        CancellationToken cancellationToken
    )
    {
        var (exit, said) = await RunAsync(canary, containment, cancellationToken);
        var works = exit is SandboxExit.Exited { Code: 0 } && said == "contained";
        facts.Add(Facts.Containment(works, exit, said, options));
        return works;
    }

    private async Task<bool> HoldsMemoryAsync(
        Containment containment,
        SandboxSpec canary,
        List<SandboxFact> facts,
        CancellationToken cancellationToken
    )
    {
        var (exit, said) = await RunAsync(canary, containment, cancellationToken);
        var works = exit is SandboxExit.OutOfMemory;
        var seen = works
            ? containment.Cgroups!.Description
            : $"The memory limit did not hold. {Facts.Ended(exit, said)}";
        facts.Add(Facts.Cgroup(works, seen));
        return works;
    }

    private async Task<Containment?> WithCgroupAsync(
        Containment bare,
        List<SandboxFact> facts,
        CancellationToken cancellationToken
    )
    {
        if (CgroupHierarchy.Find(out var problem) is not { } cgroups)
        {
            facts.Add(Facts.Cgroup(false, problem));
            return null;
        }

        var full = bare with { Level = SandboxLevel.Full, Cgroups = cgroups };
        try
        {
            await cgroups.SweepAsync(time);
            var works = await HoldsMemoryAsync(full, Canary.TakesMemory, facts, cancellationToken);
            if (works)
            {
                facts.Add(Facts.Joining(cgroups.JoinsAtOnce));
            }

            // The same look about once more: nothing of it may hang on how the cgroup is joined.
            return works && await LooksContainedAsync(full, Canary.LooksAbout, facts, cancellationToken) ? full : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            facts.Add(Facts.Cgroup(false, exception.Message));
            return null;
        }
    }

    private async Task<bool> ForksAsync(
        Containment containment,
        List<SandboxFact> facts,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var server = await ForkServer.StartAsync(
                bubblewrap,
                containment,
                Canary.LooksAboutForked,
                time
            );
            var child = await server.ForkAsync(Canary.LooksAboutForked.Limits);
            if (!await child.WaitingAsync())
            {
                await child.AbandonAsync(time);
                throw new IOException($"{await child.EndAsync()}");
            }

            var process = bubblewrap.Host.Follow(child.Run(Canary.LooksAboutForked, time));
            var (exit, said) = await ReadAsync(process, cancellationToken);
            var works = exit is SandboxExit.Exited { Code: 0 } && said == "contained";
            facts.Add(Facts.Forks(works, works ? "A forked program found itself contained." : Facts.Ended(exit, said)));
            return works;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            facts.Add(Facts.Forks(false, exception.Message));
            return false;
        }
    }

    private async Task<(SandboxExit Exit, string Said)> RunAsync(
        SandboxSpec canary,
        Containment containment,
        CancellationToken cancellationToken
    ) => await ReadAsync(await containment.StartAsync(canary, cancellationToken), cancellationToken);

    private static async Task<(SandboxExit Exit, string Said)> ReadAsync(
        SandboxProcess started,
        CancellationToken cancellationToken
    )
    {
        await using var process = started;
        using var reader = new StreamReader(process.Output);
        var said = await reader.ReadToEndAsync(cancellationToken);
        var exit = await process.Completion;
        return (exit, exit is SandboxExit.Exited && said.Trim() is { Length: > 0 } words ? words : process.Log.Trim());
    }
}
