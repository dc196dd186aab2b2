using System.Text;
using Microsoft.Extensions.Options;
using Project38.Core.Execution;
using Project38.Sandbox;

namespace Project38.Bench.Sandbox;

/// <summary>Python programs in the sandbox of this machine, as the benchmarks start them.</summary>
internal static class Programs
{
    /// <summary>What a run of an agent has loaded, but for the platform's own library.</summary>
    public static IReadOnlyList<string> Imports { get; } =
    [.. RunImages.Plain.Imports.Where(name => !name.StartsWith("p38.", StringComparison.Ordinal))];

    /// <summary>The sandbox, at the strongest level there is.</summary>
    public static BubblewrapSandbox NewSandbox() => new(Options.Create(new SandboxOptions()), TimeProvider.System);

    /// <summary>A script.</summary>
    /// <param name="script">Its text.</param>
    /// <param name="fork">What it is forked from; null: it is started anew.</param>
    public static SandboxSpec Spec(string script, ForkImage? fork = null) =>
        new()
        {
            Program = ForkImage.Program,
            Arguments = [.. ForkImage.Flags, "/app/main.py"],
            Files = [new SandboxFile("/app/main.py", Encoding.UTF8.GetBytes(script))],
            Fork = fork,
        };

    /// <summary>Starts a script, and gives the first line that it says.</summary>
    /// <exception cref="InvalidOperationException">It was started in another way, or said nothing.</exception>
    public static async Task<string> FirstLineAsync(BubblewrapSandbox sandbox, SandboxSpec spec, SandboxStart expected)
    {
        await using var process = await sandbox.StartAsync(spec, CancellationToken.None);
        using var reader = new StreamReader(process.Output);
        var line = await reader.ReadLineAsync();
        process.Input.Close();
        var exit = await process.Completion;
        return exit.Start == expected && line is not null
            ? line
            : throw new InvalidOperationException($"{exit}: {line} {process.Log}");
    }
}
