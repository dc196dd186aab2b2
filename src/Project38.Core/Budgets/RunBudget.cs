using Microsoft.Extensions.Logging;
using Project38.Core.Storage;

namespace Project38.Core.Budgets;

/// <summary>What one run may spend: its agent's budget, and its own part of it.</summary>
public sealed partial class RunBudget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Source? _source;
    private readonly SpendingCeiling _run;

    private RunBudget(Source? source, decimal perRun)
    {
        _source = source;
        _run = new SpendingCeiling(perRun);
    }

    /// <summary>The budget of a run of a task.</summary>
    /// <param name="source">Where it comes from.</param>
    public RunBudget(Source source)
        : this(source, source.Budget.PerRun ?? decimal.MaxValue) { }

    /// <summary>That of a check or a trial, which has no agent to pay: nothing may be spent.</summary>
    public static RunBudget Nothing { get; } = new(source: null, perRun: 0);

    /// <summary>Sets aside the most that a call can cost.</summary>
    /// <param name="tool">What is called.</param>
    /// <param name="worst">In USD.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<BudgetAnswer> ReserveAsync(string tool, decimal worst, CancellationToken cancellationToken)
    {
        // The whole row is rounded up, so what is told beside it is, too.
        var micro = Usd.ToMicro(worst);
        if (_run.TryReserve(Usd.OfMicro(micro)) is not { } ofRun)
        {
            return Refused(worst, _run.Limit, "a run", _run.Left);
        }

        try
        {
            if (_source is not { } source)
            {
                return new BudgetAnswer.Reserved(new Spending(this, ofRun, expense: null));
            }

            var expense = new Expense
            {
                TeamId = source.TeamId,
                AgentId = source.AgentId,
                TaskId = source.TaskId,
                Tool = tool,
                MicroUsd = micro,
            };
            if (
                await source.Book.ReserveAsync(expense, source.Budget, source.Zone, cancellationToken)
                is var (limit, left)
            )
            {
                ofRun.Dispose();
                return Refused(worst, limit.Usd, limit.Period, left);
            }

            return new BudgetAnswer.Reserved(new Spending(this, ofRun, expense));
        }
        catch
        {
            ofRun.Dispose();
            throw;
        }
    }

    private static BudgetAnswer.Refused Refused(decimal worst, decimal limit, string period, decimal left) =>
        new(
            $"It may cost up to {Usd.Of(worst)}, and {Usd.Of(left)} are left of the {Usd.Of(limit)} {period} that this agent may "
                + "spend. Ask for less, or have a person raise the config key 'budget'."
        );

    /// <summary>Where a run's budget comes from.</summary>
    public sealed record Source
    {
        /// <summary>Where expenses are kept.</summary>
        public required BudgetBook Book { get; init; }

        /// <summary>The agent's budget.</summary>
        public required AgentBudget Budget { get; init; }

        /// <summary>Whose midnight begins a day and a month.</summary>
        public required TimeZoneInfo Zone { get; init; }

        /// <summary>Whose the agent is.</summary>
        public required string TeamId { get; init; }

        /// <summary>The agent, which pays.</summary>
        public required long AgentId { get; init; }

        /// <summary>The task that is run.</summary>
        public required long TaskId { get; init; }

        /// <summary>Told what could not be booked.</summary>
        public required ILogger Logger { get; init; }

        /// <summary>Limits how long a booking is waited for.</summary>
        public required TimeProvider Time { get; init; }
    }

    /// <summary>Money set aside for one call, until it is settled.</summary>
    public sealed class Spending
    {
        private readonly RunBudget _budget;
        private readonly SpendingCeiling.Reservation _ofRun;
        private readonly Expense? _expense;

        internal Spending(RunBudget budget, SpendingCeiling.Reservation ofRun, Expense? expense)
        {
            _budget = budget;
            _ofRun = ofRun;
            _expense = expense;
        }

        /// <summary>Books what the call did cost. Where the database cannot, the most it can have cost stays booked, and the log says so.</summary>
        /// <param name="actual">In USD.</param>
        public async Task SettleAsync(decimal actual)
        {
            var micro = Usd.ToMicro(actual);
            _ofRun.Settle(Usd.OfMicro(micro));
            if (_budget._source is not { } source || _expense is not { } expense)
            {
                return;
            }

            // Nobody's end cancels it: the money is spent.
            using var patience = new CancellationTokenSource(Patience, source.Time);
            try
            {
                await source.Book.SettleAsync(expense.Id, micro, patience.Token);
            }
            catch (Exception exception)
                when (StorageException.Explain(exception) is not null || patience.IsCancellationRequested)
            {
                NotSettled(source.Logger, expense.Tool, expense.AgentId, expense.MicroUsd, micro, exception);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "What a call of {Tool} by agent {AgentId} did cost could not be stored: {Worst} millionths of a USD stay booked, "
            + "and it was {Actual}"
    )]
    private static partial void NotSettled(
        ILogger logger,
        string tool,
        long agentId,
        long worst,
        long actual,
        Exception exception
    );
}

/// <summary>Whether something may be spent.</summary>
public abstract record BudgetAnswer
{
    private BudgetAnswer() { }

    /// <summary>It may.</summary>
    /// <param name="Spending">To be settled.</param>
    public sealed record Reserved(RunBudget.Spending Spending) : BudgetAnswer;

    /// <summary>It may not.</summary>
    /// <param name="Message">What is left of which limit, and what to do.</param>
    public sealed record Refused(string Message) : BudgetAnswer;
}
