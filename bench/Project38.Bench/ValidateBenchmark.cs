using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Execution;
using Project38.Core.Factory;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Bench;

/// <summary>All static checks of a program of 4 KB, warm, as the product runs them, beside a bare start of Python.</summary>
internal static class ValidateBenchmark
{
    private const double Goal = 0.5;
    private const int Rounds = 5;
    private const int Repeats = 10;

    public static async Task RunAsync(string root)
    {
        var services = new ServiceCollection();
        services.AddSandbox().AddSingleton(ToolSessionFactory.WithoutTools).AddExecution().AddFactory();
        services.Configure<RuntimeOptions>(options => options.PythonFolder = Path.Combine(root, "runtime", "python"));
        services.Configure<FactoryOptions>(options => options.RuffFolder = Path.Combine(root, "runtime", "ruff"));
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<AgentFactory>();
        var code = await File.ReadAllTextAsync(
            Path.Combine(root, "src/Project38.Core/Factory/Generation/Blueprints/uptime/agent.py")
        );

        for (var warm = 0; warm < Repeats; warm++)
        {
            await ValidateAsync(factory, code);
        }

        // Side by side, so that whatever else the machine does weighs on both.
        var checks = new List<TimeSpan>();
        var starts = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            checks.Add(await MedianAsync(() => ValidateAsync(factory, code)));
            starts.Add(await MedianAsync(StartPythonAsync));
        }

        var (check, start) = (Median(checks), Median(starts));
        var ratio = check / start;
        Say($"validate, {code.Length:N0} characters: {check.TotalMilliseconds:0.00} ms");
        Say($"/usr/bin/python3 -I -c pass: {start.TotalMilliseconds:0.00} ms");
        Say($"validate: ratio {ratio:0.00} goal {Goal:0.00} {(ratio <= Goal ? "ok" : "short")}");
    }

    private static async Task ValidateAsync(AgentFactory factory, string code)
    {
        var report = await factory.CheckAsync(code, tests: null, strict: true, CancellationToken.None);
        if (report.Findings.Count > 0)
        {
            throw new InvalidOperationException($"The program of the benchmark is not clean: {report.Findings[0]}");
        }
    }

    private static async Task StartPythonAsync()
    {
        using var process = Process.Start("/usr/bin/python3", ["-I", "-c", "pass"]);
        await process.WaitForExitAsync();
    }

    private static async Task<TimeSpan> MedianAsync(Func<Task> run)
    {
        var times = new List<TimeSpan>();
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var started = Stopwatch.GetTimestamp();
            await run();
            times.Add(Stopwatch.GetElapsedTime(started));
        }
        return Median(times);
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
