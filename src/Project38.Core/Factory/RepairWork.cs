using Project38.Core.Budgets;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Generation.Writing;
using Project38.Core.Models;
using Project38.Core.Models.Calls;

namespace Project38.Core.Factory;

/// <summary>One making by a model, as far as it has come: the conversation, the nearest attempt, and what it took.</summary>
/// <param name="brief">What was asked.</param>
/// <param name="strict">False: findings of style and docstrings are warnings.</param>
/// <param name="progress">Told each step as it ends.</param>
/// <param name="ceiling">The most it may cost.</param>
/// <param name="particular">What the model is told of this brief; one for all questions, or no cache could hold it.</param>
/// <param name="started">When it began, a timestamp of the clock.</param>
internal sealed class RepairWork(
    AgentBrief brief,
    bool strict,
    IProgress<FactoryProgress> progress,
    SpendingCeiling ceiling,
    string particular,
    long started
)
{
    private readonly List<ModelTurn> _turns =
    [
        new(OfModel: false, brief.Existing is { } existing ? EditWords.Of(existing) : brief.Description),
    ];

    private Making _making = new(0, TokenUsage.None, 0) { Id = Guid.CreateVersion7().ToString("N") };

    public AgentBrief Brief { get; } = brief;

    /// <summary>Names the making in the calls that are made for it.</summary>
    public string Id => _making.Id!;

    /// <summary>What the next call is for.</summary>
    public ModelPurpose Purpose =>
        Last is not null || Brief.Existing?.Failure is not null ? ModelPurpose.Repair
        : Brief.Existing is not null ? ModelPurpose.Edit
        : ModelPurpose.Create;

    public bool Strict { get; } = strict;

    public IProgress<FactoryProgress> Progress { get; } = progress;

    public SpendingCeiling Ceiling { get; } = ceiling;

    public string Particular { get; } = particular;

    public long Started { get; } = started;

    /// <summary>The conversation so far.</summary>
    public IReadOnlyList<ModelTurn> Turns => _turns;

    /// <summary>Programs written.</summary>
    public int Iterations => _making.Iterations;

    /// <summary>Who is asked; null: the model that is configured.</summary>
    public string? Model { get; set; }

    /// <summary>What was answered last; null: nothing yet.</summary>
    public AgentDraft? Last { get; set; }

    /// <summary>The attempt that came nearest; of two alike the later one. Null: there is none.</summary>
    public Attempt? Best { get; private set; }

    /// <summary>Keeps what came of an answer, with what its call cost.</summary>
    /// <param name="answer">It.</param>
    /// <param name="attempt">The program in it, tried; null: there is none.</param>
    /// <param name="problems">What of it could not be used, or what it asks.</param>
    public void Note(ModelAnswer answer, Attempt? attempt, IReadOnlyList<string> problems)
    {
        if (attempt is not null && (Best is null || attempt.Rank.CompareTo(Best.Rank) >= 0))
        {
            Best = attempt;
        }

        var number = _making.Attempts.Count + 1;
        var report =
            attempt?.ToReport(number)
            ?? new AttemptReport { Number = number, Origin = AgentDraft.OriginOf(answer.Model) };
        report = report with { Problems = attempt is null ? problems : [], Usage = answer.Usage, Cost = answer.Cost };
        _making = _making with
        {
            Iterations = _making.Iterations + (answer is ModelAnswer.Answered ? 1 : 0),
            Usage = _making.Usage + answer.Usage,
            Cost = _making.Cost + answer.Cost,
            Attempts = [.. _making.Attempts, report],
        };
    }

    /// <summary>Gives an answer back to the model, with what is wrong with it.</summary>
    public void GiveBack(string answer, string wrong) =>
        _turns.AddRange([new ModelTurn(OfModel: true, answer), new ModelTurn(OfModel: false, wrong)]);

    /// <summary>All of it, and why there is no more.</summary>
    public Making Ended(string why) => _making with { Stopped = why };
}
