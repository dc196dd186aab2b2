using Project38.Bench;
using Project38.Bench.Harness;
using Project38.Bench.Sandbox;
using Project38.Bench.Tools;

// ./bench/run NAME: measures one thing beside another in the same run, and closes with "NAME: ratio X goal Y ok|short".
switch (args)
{
    case ["validate", var root]:
        await ValidateBenchmark.RunAsync(root);
        return 0;
    case ["cli", var root]:
        await CliBenchmark.RunAsync(root);
        return 0;
    case ["api", var root]:
        await ApiBenchmark.RunAsync(root);
        return 0;
    case [ApiBenchmark.Empty]:
        await ApiBenchmark.BeEmptyAsync();
        return 0;
    case ["follow", var root, .. var rest]:
        return await FollowBenchmark.RunAsync(root, full: rest is ["--full"]);
    case ["queue", _]:
        await QueueBenchmark.RunAsync();
        return 0;
    case ["tick", _]:
        await TickBenchmark.RunAsync();
        return 0;
    case ["wakeup", _]:
        await WakeupBenchmark.RunAsync();
        return 0;
    case ["memory", _]:
        await MemoryBenchmark.RunAsync();
        return 0;
    case ["fleet", _]:
        await FleetBenchmark.RunAsync();
        return 0;
    case ["rush", var root]:
        await RushBenchmark.RunAsync(root);
        return 0;
    case ["start", _]:
        await StartBenchmark.RunAsync();
        return 0;
    case ["cold", _]:
        await ColdBenchmark.RunAsync();
        return 0;
    case ["run-memory", _]:
        await RunMemoryBenchmark.RunAsync();
        return 0;
    case ["runs", var root]:
        await RunsBenchmark.RunAsync(root);
        return 0;
    case ["tools", var root]:
        await ToolsBenchmark.RunAsync(root);
        await NeighbourBenchmark.RunAsync(root);
        return 0;
    case ["soak", _, .. var rest]:
        await SoakBenchmark.RunAsync(full: rest is ["--full"]);
        return 0;
    case ["faults", _, .. var rest]:
        return await FaultsBenchmark.RunAsync(rest.Contains("--full"), [.. rest.Except(["--full"])]);
    default:
        await Console.Error.WriteLineAsync(
            "Usage: ./bench/run validate|cli|api|follow|queue|tick|wakeup|memory|fleet|rush|start|cold|run-memory|runs|tools|soak|faults [--full] [DRILL ...]"
        );
        return 2;
}
