using System.Globalization;
using Project38.Drills.Nodes;

namespace Project38.Bench.Harness;

/// <summary>What an idle agent costs in the process of a node: its memory with many of them, less that with none.</summary>
internal static class MemoryBenchmark
{
    private const int Agents = 200_000;
    private const double Goal = 300;

    // Long enough for the node to have ticked, claimed and swept many times.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    /// <summary>Measures, each side in a node of its own, in turn.</summary>
    public static async Task RunAsync()
    {
        await using var harness = await BenchHarness.StartAsync();
        var none = await MeasureAsync(harness);
        await harness.GivenAgentsAsync(Agents, "0 0 1 1 *", "now() + interval '1 year'");
        var many = await MeasureAsync(harness);
        var each = Math.Max(0, many - none) / (double)Agents;
        Console.WriteLine($"no agents: {none / 1024 / 1024} MB; {Agents} idle ones: {many / 1024 / 1024} MB");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"memory: {each:0} B an idle agent goal {Goal:0} {(each <= Goal ? "ok" : "short")}"
            )
        );
    }

    private static async Task<long> MeasureAsync(BenchHarness harness)
    {
        var settings = new NodeSettings
        {
            Home = Path.Join(harness.Home, "node"),
            DatabaseUrl = harness.Server.Url("postgres"),
            Lease = TimeSpan.FromSeconds(30),
        };
        await using var node = await DrillNode.StartAsync(settings);
        await Task.Delay(Settling);
        return node!.ResidentBytes;
    }
}
