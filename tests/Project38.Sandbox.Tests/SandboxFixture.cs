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
    private readonly BubblewrapSandbox _full = Create(SandboxLevel.Full);
    private readonly BubblewrapSandbox _noCgroup = Create(SandboxLevel.NoCgroup);

    public static readonly SandboxLevel[] Levels = [SandboxLevel.Full, SandboxLevel.NoCgroup];

    public ISandbox this[SandboxLevel level] => level == SandboxLevel.Full ? _full : _noCgroup;

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
        _full.Dispose();
        _noCgroup.Dispose();
    }
}
