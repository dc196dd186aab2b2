using System.Text;
using Microsoft.Extensions.Options;
using Project38.Sandbox.Tests;
using Project38.Sandbox.Tests.Gvisor;

[assembly: AssemblyFixture(typeof(SandboxFixture))]

namespace Project38.Sandbox.Tests;

/// <summary>What a program said, and how it ended.</summary>
public sealed record Outcome(SandboxExit Exit, string Output, string Log);

/// <summary>One way in which this machine contains a run.</summary>
/// <param name="Name">What it is called in the names of tests.</param>
/// <param name="Level">The level of its runs.</param>
/// <param name="Sandbox">What starts them.</param>
/// <param name="Fork">What they are forked from; null: they are started anew.</param>
public sealed record SandboxWay(string Name, SandboxLevel Level, ISandbox Sandbox, ForkImage? Fork)
{
    /// <summary>Runs a program to its end, in this way and no other.</summary>
    public async Task<Outcome> RunAsync(SandboxSpec spec)
    {
        spec = spec with { Fork = Fork };
        await Sandbox.WarmAsync(spec, TestContext.Current.CancellationToken);
        var outcome = await SandboxFixture.RunAsync(Sandbox, spec);
        outcome.Exit.Level.ShouldBe(Level);
        outcome.Exit.Start.ShouldBe(Fork is null ? SandboxStart.Fresh : SandboxStart.Forked);
        return outcome;
    }
}

/// <summary>One real sandbox for each level, shared by all tests.</summary>
public sealed class SandboxFixture : IAsyncDisposable
{
    private static readonly BubblewrapSandbox Strongest = Create(SandboxLevel.Vm);
    private static readonly BubblewrapSandbox WithoutCgroup = Create(SandboxLevel.NoCgroup);
    private static readonly BubblewrapSandbox WithoutNamespaces = Create(SandboxLevel.Degraded);

    /// <summary>The levels that this machine has for this user. A machine that has none fails all tests. Where a runsc is named: its alone.</summary>
    public static SandboxLevel[] Levels { get; } =
        NamedRunsc.Path is null
            ? [.. new[] { Strongest.Level, SandboxLevel.NoCgroup, SandboxLevel.Degraded }.Distinct()]
            : [SandboxLevel.Vm];

    /// <summary>Those of them at which programs can be forked.</summary>
    public static IEnumerable<SandboxLevel> ForkingLevels =>
        Levels.Where(level => level is SandboxLevel.NoCgroup or SandboxLevel.Full);

    /// <summary>Every way there is to start a run: each has to hold every attack.</summary>
    public static IReadOnlyList<SandboxWay> Ways { get; } =
    [
        .. Levels.Select(level => new SandboxWay($"{level}", level, Of(level), null)),
        .. ForkingLevels.Select(level => new SandboxWay($"{level}, forked", level, Of(level), new ForkImage())),
    ];

    public BubblewrapSandbox this[SandboxLevel level] => Of(level);

    public static BubblewrapSandbox Create(SandboxLevel max) =>
        new(
            Options.Create(
                new SandboxOptions
                {
                    MaxLevel = max,
                    MinLevel = SandboxLevel.Degraded,
                    RunscPath = NamedRunsc.Path,
                }
            ),
            TimeProvider.System
        );

    public static SandboxSpec Python(string code, SandboxLimits? limits = null) =>
        new()
        {
            Program = "/usr/bin/python3",
            Arguments = ["-I", "-S", "-B", "-u", "-c", code],
            Limits = limits ?? new SandboxLimits(),
        };

    public static SandboxSpec Shell(string script, SandboxLimits? limits = null) =>
        new()
        {
            Program = "/bin/sh",
            Arguments = ["-c", script],
            Limits = limits ?? new SandboxLimits(),
        };

    /// <summary>Runs to the end, reading all output.</summary>
    public Task<Outcome> RunAsync(SandboxLevel level, SandboxSpec spec, string input = "") =>
        RunAsync(Of(level), spec, input);

    /// <summary>Runs to the end, reading all output.</summary>
    public static async Task<Outcome> RunAsync(ISandbox sandbox, SandboxSpec spec, string input = "")
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var process = await sandbox.StartAsync(spec, cancellationToken);
        if (input.Length > 0)
        {
            await process.Input.WriteAsync(Encoding.UTF8.GetBytes(input), cancellationToken);
        }

        await process.Input.DisposeAsync();
        using var reader = new StreamReader(process.Output);
        var output = await reader.ReadToEndAsync(cancellationToken);
        return new Outcome(await process.Completion, output, process.Log);
    }

    public async ValueTask DisposeAsync()
    {
        await Strongest.DisposeAsync();
        await WithoutCgroup.DisposeAsync();
        await WithoutNamespaces.DisposeAsync();
    }

    private static BubblewrapSandbox Of(SandboxLevel level) =>
        level switch
        {
            SandboxLevel.Degraded => WithoutNamespaces,
            SandboxLevel.NoCgroup => WithoutCgroup,
            _ => Strongest,
        };
}
