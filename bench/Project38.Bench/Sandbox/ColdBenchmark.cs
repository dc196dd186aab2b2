using Project38.Sandbox;

namespace Project38.Bench.Sandbox;

/// <summary>A whole program in a sandbox that bubblewrap makes for it, without a fork server, beside a bare Python.</summary>
internal static class ColdBenchmark
{
    /// <summary>Measures.</summary>
    public static async Task RunAsync()
    {
        await using var sandbox = Programs.NewSandbox();
        var spec = Programs.Spec("pass\n");
        await SideBySide.RunAsync(
            "cold",
            1.3,
            new Side("pass, in a sandbox of its own, until nothing of it is left", () => OnceAsync(sandbox, spec)),
            SideBySide.BarePython
        );
    }

    private static async Task OnceAsync(BubblewrapSandbox sandbox, SandboxSpec spec)
    {
        await using var process = await sandbox.StartAsync(spec, CancellationToken.None);
        var exit = await process.Completion;
        if (exit is not SandboxExit.Exited { Code: 0, Start: SandboxStart.Fresh })
        {
            throw new InvalidOperationException($"{exit} {process.Log}");
        }
    }
}
