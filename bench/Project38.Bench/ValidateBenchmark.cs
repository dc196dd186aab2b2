using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Execution;
using Project38.Core.Factory;
using Project38.Core.Models.Calls;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Bench;

/// <summary>All static checks of a program of 4 KB, warm, as the product runs them, beside a bare start of Python.</summary>
internal static class ValidateBenchmark
{
    private const double Goal = 0.5;

    public static async Task RunAsync(string root)
    {
        var services = new ServiceCollection();
        services.AddSingleton<KeepCall>(_ => Task.CompletedTask); // no model is asked, and there is no database
        services.AddSandbox().AddSingleton(ToolSessionFactory.WithoutTools).AddExecution().AddFactory();
        services.Configure<RuntimeOptions>(options => options.PythonFolder = Path.Combine(root, "runtime", "python"));
        services.Configure<FactoryOptions>(options => options.RuffFolder = Path.Combine(root, "runtime", "ruff"));
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<AgentFactory>();
        var code = await File.ReadAllTextAsync(
            Path.Combine(root, "src/Project38.Core/Factory/Generation/Blueprints/uptime/agent.py")
        );

        await SideBySide.RunAsync(
            "validate",
            Goal,
            new Side($"validate, {code.Length} characters", () => ValidateAsync(factory, code)),
            SideBySide.BarePython
        );
    }

    private static async Task ValidateAsync(AgentFactory factory, string code)
    {
        var report = await factory.CheckAsync(code, tests: null, python: null, strict: true, CancellationToken.None);
        if (report.Findings.Count > 0)
        {
            throw new InvalidOperationException($"The program of the benchmark is not clean: {report.Findings[0]}");
        }
    }
}
