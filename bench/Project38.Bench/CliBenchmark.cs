using System.Diagnostics;

namespace Project38.Bench;

/// <summary>A verb against a running server, from its start to its end, beside a bare start of Python.</summary>
internal static class CliBenchmark
{
    private const double Goal = 2;

    public static async Task RunAsync(string root)
    {
        var home = Directory.CreateTempSubdirectory("p38-bench-");
        var environment = new Dictionary<string, string>
        {
            ["P38_HOME"] = home.FullName,
            ["P38_PORT"] = "0",
            ["P38_RUFF"] = Path.Combine(root, "runtime", "ruff"),
        };
        var p38 = Path.Combine(root, "artifacts", "p38", "p38");
        using var service = StartService(p38, environment);
        try
        {
            // Its first line is where it listens: it is up.
            if (await service.StandardOutput.ReadLineAsync() is null)
            {
                throw new InvalidOperationException("The service did not start.");
            }
            await SideBySide.RunAsync(
                "cli",
                Goal,
                new Side("p38 list", () => SideBySide.ProcessAsync(p38, ["list"], environment)),
                SideBySide.BarePython
            );
        }
        finally
        {
            // As Ctrl-C does: the service drains, and its home can go when it has.
            await SideBySide.ProcessAsync("/bin/kill", ["-INT", $"{service.Id}"]);
            await service.WaitForExitAsync();
            home.Delete(recursive: true);
        }
    }

    private static Process StartService(string p38, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(p38, ["up"]) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }
        return Process.Start(start)!;
    }
}
