using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Execution;
using Project38.Core.Factory;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;
using Project38.Core.Models;
using Project38.Core.Models.Calls;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;
using Project38.Testing;

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
        services.AddSingleton<KeepCall>(_ => Task.CompletedTask);
        services.AddLogging().AddSandbox().AddSingleton(ToolSessionFactory.WithoutTools).AddExecution().AddFactory();
        services.AddSingleton(new ModelEnvironment(_ => null)); // none of this machine's keys
        services.AddSingleton<ResolveHost>((_, _) => throw new SocketException((int)SocketError.HostNotFound));
        services.Configure<RuntimeOptions>(options => options.PythonFolder = Repository.Folder("runtime", "python"));
        services.Configure<FactoryOptions>(options => options.RuffFolder = Repository.Folder("runtime", "ruff"));
        change(services);
        return services.BuildServiceProvider();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
