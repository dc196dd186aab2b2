using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Validation;
using Project38.Core.Models;

namespace Project38.Core.Factory;

/// <summary>Makes agents that are proved: understood, wrote, checked, tried. Stores nothing.</summary>
public sealed class AgentFactory
{
    private readonly BlueprintGenerator _blueprints;
    private readonly RepairLoop _writing;
    private readonly LanguageModel _model;
    private readonly Validator _validator;
    private readonly Prover _prover;
    private readonly SourceProbe _sources;
    private readonly OldTests _oldTests;
    private readonly TimeProvider _clock;

    internal AgentFactory(
        BlueprintGenerator blueprints,
        RepairLoop writing,
        LanguageModel model,
        Validator validator,
        Prover prover,
        SourceProbe sources,
        OldTests oldTests,
        TimeProvider clock
    )
    {
        _blueprints = blueprints;
        _writing = writing;
        _model = model;
        _validator = validator;
        _prover = prover;
        _sources = sources;
        _oldTests = oldTests;
        _clock = clock;
    }

    /// <summary>Makes an agent of a sentence, or changes the one that the brief names.</summary>
    /// <param name="brief">What the user asked for.</param>
    /// <param name="strict">False: findings of style and docstrings are warnings.</param>
    /// <param name="progress">Told each step as it ends.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public Task<FactoryResult> FromBriefAsync(
        AgentBrief brief,
        bool strict,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    ) =>
        FactoryInstruments.MeasureAsync(
            brief.Existing is null ? "create" : "edit",
            _clock,
            () => MakeAsync(brief, strict, progress, cancellationToken)
        );

    private async Task<FactoryResult> MakeAsync(
        AgentBrief brief,
        bool strict,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (await _model.IsConfiguredAsync(cancellationToken))
            {
                var writing = _writing.MakeAsync(brief, strict, progress, cancellationToken);
                await Task.WhenAll(writing, _prover.WarmAsync(cancellationToken));
                return await writing;
            }
        }
        catch (ModelSetupException exception)
        {
            return new FactoryResult.Refused(exception.Message, []);
        }

        var started = _clock.GetTimestamp();
        switch (_blueprints.Generate(brief))
        {
            case GenerationResult.Refused refused:
                return new FactoryResult.Refused(
                    brief.Existing is null ? refused.Reason : FactoryWords.NotChanged(brief, refused.Reason),
                    refused.Leftovers
                );
            case GenerationResult.Made made:
                var existing = OnExisting(brief, made.Agent);
                if (ConfigKinds.Wrong(existing.Config, brief.Config) is { Count: > 0 } wrong)
                {
                    return new FactoryResult.Refused(string.Join('\n', wrong), []);
                }

                Tell("understood", made.Agent.Understood);
                Tell("wrote", FactoryWords.Wrote(made.Agent));

                // Before the trial: what is tried is what will run.
                var agent = existing.Over(brief.Config);
                return await ProveAndLookAsync(agent, brief.Existing, strict, progress, cancellationToken);
            default:
                throw new InvalidOperationException("A blueprint made neither a program nor a refusal.");
        }

        void Tell(string step, string text) =>
            progress.Report(new FactoryProgress(step, text, _clock.GetElapsedTime(started)));
    }

    // Side by side: what a source takes of the time is not the machine's.
    private async Task<FactoryResult> ProveAndLookAsync(
        GeneratedAgent agent,
        ExistingAgent? existing,
        bool strict,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var looking = _sources.LookAsync(BlueprintGenerator.Of(agent), agent.Config, cancellationToken);
        var attempt = await _prover.ProveAsync(agent, strict, progress, cancellationToken);
        if (await looking is { } look)
        {
            progress.Report(new FactoryProgress("looked", look.Text, look.Took));
            attempt = attempt with { Report = attempt.Report.With(look.Warning) };
        }

        if (attempt.IsProved)
        {
            attempt = await _oldTests.TryAsync(existing, attempt, progress, cancellationToken);
        }

        return attempt.ToOnlyResult();
    }

    // What a person changed of the config by hand stays, unless the wish is about it.
    private GeneratedAgent OnExisting(AgentBrief brief, GeneratedAgent made)
    {
        if (brief.Existing is not { } existing)
        {
            return made;
        }

        var before = _blueprints.Generate(brief with { Description = existing.Brief }) as GenerationResult.Made;
        var config = ConfigMerge.Of(
            before?.Agent.Config.ToJsonString() ?? "{}",
            made.Config.ToJsonString(),
            existing.Config.ToJsonString(),
            out _
        );
        return made with { Config = JsonNode.Parse(config)!.AsObject() };
    }

    /// <summary>Has a model mend an agent that fails; no blueprint can.</summary>
    /// <param name="brief">What was asked of the agent, with the agent and its <see cref="ExistingAgent.Failure"/>.</param>
    /// <param name="progress">Told each step as it ends.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public Task<FactoryResult> MendAsync(
        AgentBrief brief,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    ) =>
        FactoryInstruments.MeasureAsync(
            "repair",
            _clock,
            () => _writing.MakeAsync(brief, strict: true, progress, cancellationToken)
        );

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
        return FactoryInstruments.MeasureAsync(
            "import",
            _clock,
            async () => (await _prover.ProveAsync(agent, strict, progress, cancellationToken)).ToOnlyResult()
        );
    }

    /// <summary>Checks a program without executing any of it.</summary>
    /// <param name="code">The program.</param>
    /// <param name="tests">Its tests, or null.</param>
    /// <param name="python">The Python image it shall have; null: none.</param>
    /// <param name="strict">False: findings of style and docstrings are warnings.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public Task<ValidationReport> CheckAsync(
        string code,
        string? tests,
        string? python,
        bool strict,
        CancellationToken cancellationToken
    ) => _validator.ValidateAsync(code, tests, python, strict, cancellationToken);
}
