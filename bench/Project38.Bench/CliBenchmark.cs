namespace Project38.Bench;

/// <summary>A verb against a running server, from its start to its end, beside a bare start of Python.</summary>
internal static class CliBenchmark
{
    private const double Goal = 2;

    public static async Task RunAsync(string root)
    {
        await using var server = await BenchServer.StartAsync(root);
        await SideBySide.RunAsync(
            "cli",
            Goal,
            new Side(
                "p38 list",
                () => SideBySide.ProcessAsync(BenchServer.Command(root), ["list"], server.Environment)
            ),
            SideBySide.BarePython
        );
    }
}
