using System.Globalization;
using Microsoft.Extensions.Options;
using Project38.Core.Budgets;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Generation.Writing;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;
using Project38.Core.Models;

namespace Project38.Core.Factory;

/// <summary>Has a model write an agent, and gives it back what is wrong until nothing is: the plan's Ralph loop.</summary>
/// <remarks>
/// It stops on success, after so many programs, at the ceiling, when its time is up, and when the model gives the same
/// answer twice; then the fallback model goes on, once. The nearest attempt is the one that is kept.
/// </remarks>
internal sealed class RepairLoop(
    LanguageModel model,
    SystemPrompt prompt,
    BlueprintGenerator blueprints,
    Prover prover,
    MutationCheck mutation,
    OldTests oldTests,
    IOptions<FactoryOptions> options,
    TimeProvider clock
)
{
    /// <summary>Makes an agent of a brief.</summary>
    /// <param name="brief">What was asked.</param>
    /// <param name="strict">False: findings of style and docstrings are warnings.</param>
    /// <param name="progress">Told each step as it ends, and while the model writes.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public async Task<FactoryResult> MakeAsync(
        AgentBrief brief,
        bool strict,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var work = new Work(
            brief,
            strict,
            progress,
            new SpendingCeiling(options.Value.Ceiling),
            SystemPrompt.Particular(
                brief,
                brief.Existing is null ? blueprints.Closest(brief) : null,
                clock.GetUtcNow()
            ),
            clock.GetTimestamp()
        );
        try
        {
            return await MakeAsync(work, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Nobody gets a result, but the money is spent.
            progress.Report(
                new FactoryProgress(
                    "stopped",
                    FactoryWords.Spent(work.Ceiling.Spent),
                    clock.GetElapsedTime(work.Started)
                )
            );
            throw;
        }
    }

    private async Task<FactoryResult> MakeAsync(Work work, CancellationToken cancellationToken)
    {
        string? gaveUp = null;
        while (gaveUp is null)
        {
            var started = clock.GetTimestamp();
            var answer = await model.AskAsync(
                Question(work),
                work.Model,
                work.Ceiling,
                new Writing(work.Progress, clock, started),
                cancellationToken
            );
            work.Count(answer);
            switch (answer)
            {
                case ModelAnswer.Failed failed when work.Iterations == 0 && !CanFallBack(work):
                    work.Note(answer, attempt: null, [failed.Message]);
                    return new FactoryResult.Refused(failed.Message, []) { Making = work.Ended(failed.Message) };
                case ModelAnswer.Failed failed:
                    work.Note(answer, attempt: null, [failed.Message]);
                    gaveUp = FallBack(work, failed.Message);
                    break;
                case ModelAnswer.Answered answered:
                    var draft = AgentDraft.Read(answered.Value, work.Brief, answered.Model, clock.GetUtcNow());
                    if (draft.Questions.Count > 0)
                    {
                        work.Note(answer, attempt: null, draft.Questions);
                        return new FactoryResult.Asked(draft.Questions)
                        {
                            Making = work.Ended("The model asked back."),
                        };
                    }

                    if (await JudgeAsync(work, draft, answered, started, cancellationToken) is { } proved)
                    {
                        return proved.ToResult(work.Ended(Making.Proved));
                    }

                    gaveUp = WhyToStop(work, answered.Text);
                    break;
            }
        }

        // One whose tests stayed weak is proved all the same, and says so in its findings.
        var making = work.Ended(gaveUp);
        return work.Best?.ToResult(making) switch
        {
            FactoryResult.NotProved failed => failed with { GaveUp = gaveUp },
            { } proved => proved,
            null => new FactoryResult.Refused(gaveUp, []) { Making = making },
        };
    }

    /// <summary>Proves what was written, and notes what is wrong with it. Gives the attempt when nothing is.</summary>
    private async Task<Attempt?> JudgeAsync(
        Work work,
        AgentDraft draft,
        ModelAnswer.Answered answered,
        long started,
        CancellationToken cancellationToken
    )
    {
        Attempt? attempt = null;
        if (!string.IsNullOrWhiteSpace(draft.Agent.Code))
        {
            var took = clock.GetElapsedTime(started);
            if (work.Iterations == 1)
            {
                work.Progress.Report(new FactoryProgress("understood", draft.Agent.Understood, took));
            }

            work.Progress.Report(new FactoryProgress("wrote", FactoryWords.Wrote(draft.Agent), took));
            var agent = draft.Agent.On(work.Brief.Existing?.Config).Over(work.Brief.Config);
            attempt = await prover.ProveAsync(agent, work.Strict, work.Progress, cancellationToken) with
            {
                // However well it runs, with an impossible schedule it is not what was asked; it is worth keeping, though.
                Problems = [.. draft.Problems.Select(AsFinding)],
            };
            if (attempt.Works)
            {
                attempt = attempt with { Weaknesses = await WeaknessesAsync(work, attempt, cancellationToken) };
                attempt = await oldTests.TryAsync(work.Brief.Existing, attempt, work.Progress, cancellationToken);
                attempt = attempt with { Weaknesses = [.. attempt.Weaknesses, .. OldTests.Findings(attempt.OldTests)] };
            }

            if (work.Best is null || attempt.Rank.CompareTo(work.Best.Rank) >= 0)
            {
                work.Best = attempt;
            }
        }

        work.Note(answered, attempt, draft.Problems);
        if (attempt is { IsProved: true, Weaknesses.Count: 0 })
        {
            return attempt;
        }

        work.Turns.Add(new ModelTurn(OfModel: true, answered.Text));
        work.Turns.Add(new ModelTurn(OfModel: false, RepairWords.Of(attempt, draft.Problems)));
        return null;
    }

    private static Finding AsFinding(string problem) =>
        new(Attempt.AnswerRule, FindingSeverity.Error, Line: null, problem);

    private async Task<IReadOnlyList<Finding>> WeaknessesAsync(
        Work work,
        Attempt attempt,
        CancellationToken cancellationToken
    )
    {
        var started = clock.GetTimestamp();
        var agent = attempt.Agent;
        var found = await mutation.CheckAsync(agent.Code, agent.Tests ?? "", agent.Config, cancellationToken);
        var text =
            found.Count == 0
                ? "the tests see every deciding condition"
                : string.Join('\n', found.Select(one => one.Message));
        work.Progress.Report(new FactoryProgress("challenged", text, clock.GetElapsedTime(started)));
        return found;
    }

    private string? WhyToStop(Work work, string text)
    {
        if (work.Iterations >= options.Value.MaxIterations)
        {
            return $"{work.Iterations} programs were written, and "
                + (work.Best is { IsProved: true } ? "the tests of none were strong." : "none passed.");
        }

        if (clock.GetElapsedTime(work.Started) >= options.Value.MakingTimeout)
        {
            return $"It was not done within {options.Value.MakingTimeout.TotalMinutes:N0} minutes.";
        }

        var same = text == work.LastText;
        work.LastText = text;
        return same ? FallBack(work, "The model gave the same answer twice.") : Go(work, null);
    }

    /// <summary>Goes on with the fallback model where there is one that had no turn yet; else gives the reason to stop.</summary>
    private string? FallBack(Work work, string reason) => CanFallBack(work) ? Go(work, model.FallbackModel) : reason;

    private bool CanFallBack(Work work) => model.FallbackModel is { } fallback && work.Model != fallback;

    private static string? Go(Work work, string? to)
    {
        work.Model = to ?? work.Model;
        var who = to is null ? "" : $" by {to}";
        work.Progress.Report(
            new FactoryProgress(
                "repair",
                string.Create(CultureInfo.InvariantCulture, $"program {work.Iterations + 1}{who}"),
                TimeSpan.Zero
            )
        );
        return null;
    }

    private ModelQuestion Question(Work work) =>
        new()
        {
            Fixed = prompt.Fixed,
            Particular = work.Particular,
            Turns = work.Turns,
            Schema = AgentDraft.Schema,
            SchemaName = AgentDraft.SchemaName,
        };

    /// <summary>One making, as far as it has come.</summary>
    private sealed class Work(
        AgentBrief brief,
        bool strict,
        IProgress<FactoryProgress> progress,
        SpendingCeiling ceiling,
        string particular,
        long started
    )
    {
        public AgentBrief Brief { get; } = brief;

        public bool Strict { get; } = strict;

        public IProgress<FactoryProgress> Progress { get; } = progress;

        public SpendingCeiling Ceiling { get; } = ceiling;

        public long Started { get; } = started;

        // One for all questions, or what stands before the conversation would change from call to call.
        public string Particular { get; } = particular;

        public List<ModelTurn> Turns { get; } =
        [new(OfModel: false, brief.Existing is { } existing ? EditWords.Of(existing) : brief.Description)];

        public int Iterations => Making.Iterations;

        public string? Model { get; set; }

        public string? LastText { get; set; }

        public Attempt? Best { get; set; }

        public Making Making { get; private set; } = new(0, TokenUsage.None, 0);

        /// <summary>Keeps what came of an answer, with what its call cost.</summary>
        public void Note(ModelAnswer answer, Attempt? attempt, IReadOnlyList<string> problems)
        {
            var number = Making.Attempts.Count + 1;
            var report =
                attempt?.ToReport(number)
                ?? new AttemptReport { Number = number, Origin = AgentDraft.OriginOf(answer.Model) };
            report = report with
            {
                Problems = attempt is null ? problems : [],
                Usage = answer.Usage,
                Cost = answer.Cost,
            };
            Making = Making with { Attempts = [.. Making.Attempts, report] };
        }

        /// <summary>All of it, and why there is no more.</summary>
        public Making Ended(string why) => Making with { Stopped = why };

        public void Count(ModelAnswer answer) =>
            Making = Making with
            {
                Iterations = answer is ModelAnswer.Answered ? Making.Iterations + 1 : Making.Iterations,
                Usage = Making.Usage + answer.Usage,
                Cost = Making.Cost + answer.Cost,
            };
    }

    /// <summary>Tells now and then that the model is writing, so that nobody thinks it hangs.</summary>
    private sealed class Writing(IProgress<FactoryProgress> progress, TimeProvider clock, long started)
        : IProgress<long>
    {
        private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);
        private TimeSpan _next = TimeSpan.FromSeconds(1);

        public void Report(long value)
        {
            var took = clock.GetElapsedTime(started);
            if (took < _next)
            {
                return;
            }

            _next = took + s_period;
            var text = value == 0 ? "it thinks" : string.Create(CultureInfo.InvariantCulture, $"{value:N0} characters");
            progress.Report(new FactoryProgress("writing", text, took));
        }
    }
}
