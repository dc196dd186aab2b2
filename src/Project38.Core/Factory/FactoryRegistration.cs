using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Project38.Core.Execution.Pythons;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Generation.Writing;
using Project38.Core.Factory.History;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;
using Project38.Core.Factory.Validation.Checks;
using Project38.Core.Models;
using Project38.Core.Tools;
using Project38.Core.Tools.External;
using Project38.Sandbox.Sidecars;

namespace Project38.Core.Factory;

/// <summary>Registers the room.</summary>
public static class FactoryRegistration
{
    /// <summary>Adds <see cref="AgentFactory"/>. Needs Execution.</summary>
    public static IServiceCollection AddFactory(this IServiceCollection services)
    {
        services.AddOptions<FactoryOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<FactoryOptions>, FactoryOptionsValidator>()
        );
        services.TryAddSingleton(TimeProvider.System);
        services.AddModels();
        services.AddEgress();
        services.TryAddSingleton<BlueprintGenerator>();
        services.TryAddSingleton<SystemPrompt>();
        services.TryAddSingleton<Prover>();
        services.TryAddSingleton<SourceProbe>();
        services.TryAddSingleton<MutationCheck>();
        services.TryAddSingleton<OldTests>();
        services.TryAddSingleton<DraftProver>();
        services.TryAddSingleton<RepairLoop>();
        services.TryAddSingleton<MakingHistory>();
        services.TryAddSingleton<RuffSidecar>();
        services.TryAddSingleton<WarmChecker>();
        services.TryAddSingleton<TrialImage>();
        services.TryAddSingleton<ProofHash>();
        services.TryAddSingleton(provider => new Validator(
            new RuffCheck(provider.GetRequiredService<RuffSidecar>().Sidecar),
            new RunnerCheck(provider.GetRequiredService<WarmChecker>(), provider.GetRequiredService<PythonImages>()),
            provider.GetService<ToolServerBook>() is { } servers ? new ExternalCheck(servers) : null
        ));
        services.TryAddSingleton<TrialProcess>();
        services.TryAddSingleton(provider => new AgentTrial(provider.GetRequiredService<TrialProcess>()));
        services.TryAddSingleton(provider => new AgentFactory(
            provider.GetRequiredService<BlueprintGenerator>(),
            provider.GetRequiredService<RepairLoop>(),
            provider.GetRequiredService<LanguageModel>(),
            provider.GetRequiredService<Validator>(),
            provider.GetRequiredService<Prover>(),
            provider.GetRequiredService<SourceProbe>(),
            provider.GetRequiredService<OldTests>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        return services;
    }
}

/// <summary>The one warm process of ruff. Starts with the first question, ends with the platform.</summary>
internal sealed class RuffSidecar(IOptions<FactoryOptions> options, TimeProvider time) : IAsyncDisposable
{
    public Sidecar Sidecar { get; } =
        new(
            new SidecarOptions
            {
                Name = "ruff",
                Program = options.Value.NodePath,
                // Without the flag the start costs seconds and 450 MB.
                Arguments = ["--liftoff-only", "sidecar.mjs"],
                WorkingFolder = options.Value.RuffFolder,
                Advice = $"Install Node (apt-get install nodejs npm), then: npm ci --prefix {options.Value.RuffFolder}",
                Timeout = options.Value.CheckTimeout,
            },
            time
        );

    public ValueTask DisposeAsync() => Sidecar.DisposeAsync();
}

[OptionsValidator]
internal sealed partial class FactoryOptionsValidator : IValidateOptions<FactoryOptions>;
