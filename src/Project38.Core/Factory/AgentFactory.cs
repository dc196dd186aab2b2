using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;

namespace Project38.Core.Factory;

/// <summary>Makes agents that are proved: understood, wrote, checked, tried. Stores nothing.</summary>
public sealed class AgentFactory
{
    private readonly IAgentGenerator _generator;
    private readonly Validator _validator;
    private readonly AgentTrial _trial;
    private readonly ProofHash _hash;
    private readonly TimeProvider _clock;

    internal AgentFactory(
        IAgentGenerator generator,
        Validator validator,
        AgentTrial trial,
        ProofHash hash,
        TimeProvider clock
    )
    {
        _generator = generator;
        _validator = validator;
        _trial = trial;
        _hash = hash;
        _clock = clock;
    }

    /// <summary>Makes an agent of a sentence.</summary>
    /// <param name="brief">What the user asked for.</param>
    /// <param name="strict">False: findings of style and docstrings are warnings.</param>
    /// <param name="progress">Told each step as it ends.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public async Task<FactoryResult> FromBriefAsync(
        AgentBrief brief,
        bool strict,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var started = _clock.GetTimestamp();
        switch (await _generator.GenerateAsync(brief, cancellationToken))
        {
            case GenerationResult.Refused refused:
                return new FactoryResult.Refused(refused.Reason, refused.Leftovers);
            case GenerationResult.Made made:
                progress.Report(
                    new FactoryProgress("understood", made.Agent.Understood, _clock.GetElapsedTime(started))
                );
                progress.Report(
                    new FactoryProgress("wrote", FactoryWords.Wrote(made.Agent), _clock.GetElapsedTime(started))
                );

                // Before the trial: what is tried is what will run.
                var agent = made.Agent with
                {
                    Config = Over(made.Agent.Config, brief.Config),
                };
                return await ProveAsync(agent, strict, progress, cancellationToken);
            default:
                throw new InvalidOperationException("A generator made neither a program nor a refusal.");
        }
    }

    /// <summary>Proves a program that somebody wrote.</summary>
    /// <param name="code">The program.</param>
    /// <param name="tests">Its tests; null: a smoke trial.</param>
    /// <param name="name">Its name; null: <c>Imported agent</c>.</param>
    /// <param name="config">Its whole config, reserved keys included.</param>
    /// <param name="strict">False: findings of style and docstrings are warnings.</param>
    /// <param name="progress">Told each step as it ends.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public Task<FactoryResult> FromProgramAsync(
        string code,
        string? tests,
        string? name,
        JsonObject config,
        bool strict,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var agent = new GeneratedAgent
        {
            Name = name ?? "Imported agent",
            Understood = "A program somebody wrote.",
            Code = code,
            Tests = tests,
            Config = config,
            Origin = "import",
        };
        progress.Report(new FactoryProgress("wrote", FactoryWords.Wrote(agent), TimeSpan.Zero));
        return ProveAsync(agent, strict, progress, cancellationToken);
    }

    /// <summary>Checks a program without executing any of it.</summary>
    public Task<ValidationReport> CheckAsync(
        string code,
        string? tests,
        bool strict,
        CancellationToken cancellationToken
    ) => _validator.ValidateAsync(code, tests, strict, cancellationToken);

    private async Task<FactoryResult> ProveAsync(
        GeneratedAgent agent,
        bool strict,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var started = _clock.GetTimestamp();
        var report = await _validator.ValidateAsync(agent.Code, agent.Tests, strict, cancellationToken);
        report = report with { Manifest = WithHostsOf(agent.Config, report.Manifest) };
        agent = agent with { Code = report.Code, Tests = report.Tests };
        var hash = _hash.Of(agent.Code, agent.Tests, report.Manifest);
        progress.Report(new FactoryProgress("checked", FactoryWords.Checked(report), _clock.GetElapsedTime(started)));
        if (!report.Passed)
        {
            return new FactoryResult.NotProved(agent, report, Trial: null, hash);
        }

        started = _clock.GetTimestamp();
        var trial = await _trial.RunAsync(agent.Code, agent.Tests, agent.Config, cancellationToken);
        progress.Report(new FactoryProgress("tried", FactoryWords.Tried(trial), _clock.GetElapsedTime(started)));
        return trial.Succeeded
            ? new FactoryResult.Proved(agent, report, trial, hash)
            : new FactoryResult.NotProved(agent, report, trial, hash);
    }

    private static JsonObject Over(JsonObject config, JsonObject? wish) =>
        JsonNode.Parse(AgentConfig.Merge(config.ToJsonString(), wish?.ToJsonString()))!.AsObject();

    // Only for a program that uses the web at all: an address in a config may be there to be shown.
    private static Manifest WithHostsOf(JsonObject config, Manifest manifest) =>
        manifest.Tools.Contains("http.request")
            ? manifest with
            {
                Hosts = [.. manifest.Hosts.Concat(ConfigHosts.Of(config)).Distinct().Order(StringComparer.Ordinal)],
            }
            : manifest;
}
