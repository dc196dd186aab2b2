using System.Text.Json.Nodes;

namespace Project38.Bench.Tools;

/// <summary>What an agent feels of another that calls its tools as fast as it can.</summary>
internal static class NeighbourBenchmark
{
    private const int Seconds = 5;
    private const int Rounds = 5;
    private const double Goal = 1.5;

    // Sixteen at a time, which is the most that a session takes, until it is stopped.
    private const string Flood = """
        import asyncio
        import time

        from p38._calls import call
        from p38._errors import ToolError


        class Agent:
            def __init__(self, config):
                self.seconds = config["seconds"]

            async def execute(self):
                counts = {"answered": 0, "refused": 0}
                ends = time.monotonic() + self.seconds

                async def flood():
                    while time.monotonic() < ends:
                        try:
                            await call("bench.echo", text="x")
                            counts["answered"] += 1
                        except ToolError:
                            counts["refused"] += 1

                await asyncio.gather(*(flood() for _ in range(16)))
                return {"status": "success", "result": counts}
        """;

    // Less than an agent may call in a second, so that none of these is refused.
    private const string Neighbour = """
        import time

        from p38._calls import call


        class Agent:
            def __init__(self, config):
                self.seconds = config["seconds"]

            async def execute(self):
                times = []
                ends = time.monotonic() + self.seconds
                while time.monotonic() < ends:
                    started = time.perf_counter()
                    await call("bench.echo", text="x")
                    times.append(time.perf_counter() - started)
                    time.sleep(0.015)
                return {"status": "success", "result": sorted(times)[int(len(times) * 0.99)] * 1000}
        """;

    /// <summary>The slowest of a hundred calls of one agent, alone and beside one that calls as fast as it can.</summary>
    /// <param name="root">The repository.</param>
    public static async Task RunAsync(string root)
    {
        // With the limits that the product has by itself.
        await using var platform = ToolPlatform.Start(root, _ => { }, "127.0.0.1:9");
        var (beside, alone) = (new List<double>(), new List<double>());
        var (answered, refused) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            alone.Add((await platform.RunAsync(Neighbour, Config(Seconds), ToolPlatform.Echo)).GetDouble());
            var flood = platform.RunAsync(Flood, Config(Seconds + 2), ToolPlatform.Echo);
            await Task.Delay(TimeSpan.FromSeconds(1));
            beside.Add((await platform.RunAsync(Neighbour, Config(Seconds), ToolPlatform.Echo)).GetDouble());
            var counts = await flood;
            answered.Add(counts.GetProperty("answered").GetDouble() / (Seconds + 2));
            refused.Add(counts.GetProperty("refused").GetDouble() / (Seconds + 2));
        }

        Console.WriteLine(
            $"an agent that calls as fast as it can: {answered.Max():0} answered and {refused.Max():0} refused a second"
        );
        SideBySide.SayTime(
            "tools-neighbour",
            Goal,
            ("p99 of a neighbour's call beside it", beside),
            ("p99 of a call alone", alone)
        );
    }

    private static JsonObject Config(int seconds) => new() { ["seconds"] = seconds };
}
