using System.Text;
using Microsoft.Extensions.Options;
using Project38.Sandbox.Tests;

[assembly: AssemblyFixture(typeof(SandboxFixture))]

namespace Project38.Sandbox.Tests;

/// <summary>What a program said, and how it ended.</summary>
public sealed record Outcome(SandboxExit Exit, string Output, string Log);

/// <summary>One real sandbox for each level, shared by all tests.</summary>
public sealed class SandboxFixture : IDisposable
{
    private static readonly BubblewrapSandbox Strongest = Create(SandboxLevel.Vm);
    private static readonly BubblewrapSandbox WithoutCgroup = Create(SandboxLevel.NoCgroup);

    /// <summary>The levels that this machine has for this user. A machine that has none fails all tests.</summary>
    public static SandboxLevel[] Levels { get; } =
        Strongest.Level == SandboxLevel.NoCgroup ? [SandboxLevel.NoCgroup] : [Strongest.Level, SandboxLevel.NoCgroup];

    public BubblewrapSandbox this[SandboxLevel level] => level == SandboxLevel.NoCgroup ? WithoutCgroup : Strongest;

    public static BubblewrapSandbox Create(SandboxLevel max) =>
        new(Options.Create(new SandboxOptions { MaxLevel = max }), TimeProvider.System);

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
    public async Task<Outcome> RunAsync(SandboxLevel level, SandboxSpec spec, string input = "")
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var process = await this[level].StartAsync(spec, cancellationToken);
        if (input.Length > 0)
        {
            await process.Input.WriteAsync(Encoding.UTF8.GetBytes(input), cancellationToken);
        }

        await process.Input.DisposeAsync();
        using var reader = new StreamReader(process.Output);
        var output = await reader.ReadToEndAsync(cancellationToken);
        return new Outcome(await process.Completion, output, process.Log);
    }

    public void Dispose()
    {
        Strongest.Dispose();
        WithoutCgroup.Dispose();
    }
}
