using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Generation.Writing;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;

namespace Project38.Core.Factory;

/// <summary>Proves what a model wrote: the program like any other, and what only a model has to be asked.</summary>
/// <remarks>
/// Whether it declared what it uses, whether its tests would see a fault, and whether it kept the tests that were there.
/// </remarks>
internal sealed class DraftProver(Prover prover, MutationCheck mutation, OldTests oldTests, TimeProvider clock)
{
    /// <summary>Proves a draft, and finds all that is wrong with it.</summary>
    /// <param name="draft">A program, with what came with it.</param>
    /// <param name="brief">What was asked.</param>
    /// <param name="strict">False: findings of style and docstrings are warnings.</param>
    /// <param name="progress">Told each step as it ends.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public async Task<Attempt> ProveAsync(
        AgentDraft draft,
        AgentBrief brief,
        bool strict,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var agent = draft.Agent.On(brief.Existing?.Config).Over(brief.Config);
        var attempt = await prover.ProveAsync(agent, strict, progress, cancellationToken);
        attempt = WithWhatCameWithIt(attempt, draft);
        if (attempt is not { Works: true, Unavailable: null })
        {
            return attempt;
        }

        attempt = attempt with { Weaknesses = await ChallengeAsync(attempt.Agent, progress, cancellationToken) };
        attempt = await oldTests.TryAsync(brief.Existing, attempt, progress, cancellationToken);
        return attempt with { Weaknesses = [.. attempt.Weaknesses, .. OldTests.Findings(attempt.OldTests)] };
    }

    // However well it runs, with an impossible schedule it is not what was asked; it is worth keeping, though.
    private static Attempt WithWhatCameWithIt(Attempt attempt, AgentDraft draft)
    {
        var differences = draft.Agent.Declared is { } declared
            ? DeclarationCheck.Compare(declared, draft.Agent.Config, attempt.Report)
            : [];
        return attempt with
        {
            Report = attempt.Report.With(differences.Where(one => one.Severity == FindingSeverity.Warning)),
            Problems =
            [
                .. draft.Problems.Select(problem => new Finding(
                    Attempt.AnswerRule,
                    FindingSeverity.Error,
                    Line: null,
                    problem
                )),
                .. differences.Where(one => one.Severity == FindingSeverity.Error),
            ],
        };
    }

    private async Task<IReadOnlyList<Finding>> ChallengeAsync(
        GeneratedAgent agent,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var started = clock.GetTimestamp();
        var found = await mutation.CheckAsync(agent.Code, agent.Tests ?? "", agent.Config, cancellationToken);
        var text =
            found.Count == 0
                ? "the tests see every deciding condition"
                : string.Join('\n', found.Select(one => one.Message));
        progress.Report(new FactoryProgress("challenged", text, clock.GetElapsedTime(started)));
        return found;
    }
}
