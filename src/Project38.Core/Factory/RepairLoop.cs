using System.Globalization;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Budgets;
using Project38.Core.Execution.Pythons;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Generation.Writing;
using Project38.Core.Models;
using Project38.Core.Tools.External;

namespace Project38.Core.Factory;

/// <summary>Has a model write an agent, and gives it back what is wrong until nothing is: the plan's Ralph loop.</summary>
/// <remarks>
/// It stops on success, after so many programs, at the ceiling, when its time is up, and when a check could not run, which
/// no program could mend. When the model fails or gives the same answer twice, the fallback model goes on, once. The
/// nearest attempt is the one that is kept.
/// </remarks>
internal sealed class RepairLoop(
    LanguageModel model,
    SystemPrompt prompt,
    BlueprintGenerator blueprints,
    DraftProver prover,
    PythonImages images,
    IOptions<FactoryOptions> options,
    TimeProvider clock,
    ToolServerBook? servers = null
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
        var closest = brief.Existing is null ? blueprints.Closest(brief) : null;
        var work = new RepairWork(
            brief,
            strict,
            progress,
            new SpendingCeiling(options.Value.Ceiling),
            SystemPrompt.Particular(brief, closest, ImageOf(brief), clock.GetUtcNow())
                + ExternalWords.Of(servers is null ? [] : await servers.ListAsync(cancellationToken)),
            clock.GetTimestamp()
        );
        try
        {
            return await MakeAsync(work, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Nobody gets a result, but the money is spent.
            var took = clock.GetElapsedTime(work.Started);
            progress.Report(new FactoryProgress("stopped", FactoryWords.Spent(work.Ceiling.Spent), took));
            throw;
        }
    }

    private PythonImage? ImageOf(AgentBrief brief)
    {
        var name = PythonName.In(brief.Config ?? []) ?? PythonName.In(brief.Existing?.Config ?? []);
        return name is null ? null : images.Find(name);
    }

    private async Task<FactoryResult> MakeAsync(RepairWork work, CancellationToken cancellationToken)
    {
        while (true)
        {
            var started = clock.GetTimestamp();
            var answer = await AskAsync(work, started, cancellationToken);
            string? whyToStop;
            if (answer is ModelAnswer.Answered answered)
            {
                var draft = AgentDraft.Read(answered.Value, work.Brief, answered.Model, clock.GetUtcNow());
                if (draft.Questions.Count > 0)
                {
                    work.Note(answer, attempt: null, draft.Questions);
                    return new FactoryResult.Asked(draft.Questions) { Making = work.Ended("The model asked back.") };
                }

                var attempt = await JudgeAsync(work, draft, started, cancellationToken);
                work.Note(answer, attempt, draft.Problems);
                if (attempt is { IsProved: true, Weaknesses.Count: 0 })
                {
                    return attempt.ToResult(work.Ended(Making.Proved));
                }

                work.GiveBack(answered.Text, RepairWords.Of(attempt, draft.Problems));
                whyToStop = WhyToStop(work, attempt, draft);
            }
            else
            {
                var failed = (ModelAnswer.Failed)answer;
                work.Note(answer, attempt: null, [failed.Message]);
                whyToStop = FallBack(work, failed.Message);
            }

            if (whyToStop is not null)
            {
                return GiveUp(work, whyToStop);
            }
        }
    }

    private Task<ModelAnswer> AskAsync(RepairWork work, long started, CancellationToken cancellationToken) =>
        model.AskAsync(
            new ModelQuestion
            {
                Fixed = prompt.Fixed,
                Particular = work.Particular,
                Turns = work.Turns,
                Schema = AgentDraft.Schema,
                SchemaName = AgentDraft.SchemaName,
                Purpose = work.Purpose,
                Making = work.Id,
                AgentId = work.Brief.Existing?.AgentId,
            },
            work.Model,
            work.Ceiling,
            new WritingProgress(work.Progress, clock, started),
            cancellationToken
        );

    /// <summary>Proves what was written. Null: there is no program in it.</summary>
    private async Task<Attempt?> JudgeAsync(
        RepairWork work,
        AgentDraft draft,
        long started,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrWhiteSpace(draft.Agent.Code))
        {
            return null;
        }

        var took = clock.GetElapsedTime(started);
        if (work.Iterations == 0)
        {
            work.Progress.Report(new FactoryProgress("understood", draft.Agent.Understood, took));
        }

        work.Progress.Report(new FactoryProgress("wrote", FactoryWords.Wrote(draft.Agent), took));
        return await prover.ProveAsync(draft, work.Brief, work.Strict, work.Progress, cancellationToken);
    }

    /// <summary>Why no other program is written; null: one is, by whoever has the turn.</summary>
    private string? WhyToStop(RepairWork work, Attempt? attempt, AgentDraft draft)
    {
        var before = work.Last;
        work.Last = draft;
        if (attempt?.Unavailable is { } unavailable)
        {
            return $"{unavailable.Message} No other program could mend that, so the model was asked for none. Mend it, "
                + "and ask again.";
        }

        if (work.Iterations >= options.Value.MaxIterations)
        {
            return $"{work.Iterations} programs were written, and "
                + (work.Best is { IsProved: true } ? "the tests of none were strong." : "none passed.");
        }

        return TimeIsUp(work) ? $"It was not done within {options.Value.MakingTimeout.TotalMinutes:N0} minutes."
            : draft.IsLike(before) ? FallBack(work, "The model gave the same answer twice.")
            : Go(work, to: null);
    }

    private bool TimeIsUp(RepairWork work) => clock.GetElapsedTime(work.Started) >= options.Value.MakingTimeout;

    /// <summary>Goes on with the fallback model where there is one that had no turn yet; else gives the reason to stop.</summary>
    private string? FallBack(RepairWork work, string reason) =>
        model.FallbackModel is { } fallback && work.Model != fallback && !TimeIsUp(work) ? Go(work, fallback) : reason;

    private static string? Go(RepairWork work, string? to)
    {
        work.Model = to ?? work.Model;
        var who = to is null ? "" : $" by {to}";
        var text = string.Create(CultureInfo.InvariantCulture, $"program {work.Iterations + 1}{who}");
        work.Progress.Report(new FactoryProgress("repair", text, TimeSpan.Zero));
        return null;
    }

    private static FactoryResult GiveUp(RepairWork work, string why)
    {
        var making = work.Ended(why);
        return work.Best?.ToResult(making) switch
        {
            FactoryResult.NotProved failed => failed with { GaveUp = why },
            // One whose tests stayed weak is proved all the same, and says so in its findings.
            { } proved => proved,
            null => new FactoryResult.Refused(why, []) { Making = making },
        };
    }
}
