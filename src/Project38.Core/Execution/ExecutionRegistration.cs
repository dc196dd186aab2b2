using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Project38.Core.Execution.Programs;
using Project38.Core.Execution.Pythons;

namespace Project38.Core.Execution;

/// <summary>Registers the room.</summary>
public static class ExecutionRegistration
{
    /// <summary>Adds what runs agents. Needs the rooms above and an <see cref="Sandbox.ISandbox"/>.</summary>
    public static IServiceCollection AddExecution(this IServiceCollection services)
    {
        services.AddOptions<RuntimeOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<RuntimeOptions>, RuntimeOptionsValidator>()
        );
        services.TryAddSingleton<AgentLibrary>();
        services.TryAddSingleton<AgentProcess>();
        services.TryAddSingleton<RunExecutor>();
        services.TryAddSingleton<PythonImages>();
        services.TryAddSingleton<PythonInstaller>();
        services.TryAddSingleton<SandboxLevels>();
        services.TryAddSingleton<ProgramExecutor>();
        return services;
    }

    /// <summary>Gets ready at the start what runs are forked from: for a node that runs agents for longer than one.</summary>
    public static IServiceCollection AddWarmRuns(this IServiceCollection services) =>
        services.AddHostedService<WarmRuns>();
}

[OptionsValidator]
internal sealed partial class RuntimeOptionsValidator : IValidateOptions<RuntimeOptions>;
