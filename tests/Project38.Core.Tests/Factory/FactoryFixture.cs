using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Execution;
using Project38.Core.Factory;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Core.Tests.Factory;

/// <summary>The real factory, with the real sandbox, Python and ruff of this machine.</summary>
public sealed class FactoryFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services = Build(_ => { });

    public AgentFactory Factory => _services.GetRequiredService<AgentFactory>();

    public Validator Validator => _services.GetRequiredService<Validator>();

    public AgentTrial Trial => _services.GetRequiredService<AgentTrial>();

    /// <summary>The same parts with something changed.</summary>
    public static ServiceProvider Build(Action<IServiceCollection> change)
    {
        var services = new ServiceCollection();
        services.AddSandbox().AddSingleton(ToolSessionFactory.WithoutTools).AddExecution().AddFactory();
        services.Configure<RuntimeOptions>(options => options.PythonFolder = Path.Combine(Root, "runtime", "python"));
        services.Configure<FactoryOptions>(options => options.RuffFolder = Path.Combine(Root, "runtime", "ruff"));
        change(services);
        return services.BuildServiceProvider();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Project38.slnx")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("No Project38.slnx above the test's folder.");
    }
}
