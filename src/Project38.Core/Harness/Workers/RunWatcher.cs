using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;
using Project38.Core.Tools;

namespace Project38.Core.Harness.Workers;

/// <summary>Writes down what a run prints and does while it goes on, so that every node can follow it.</summary>
internal sealed class RunWatcher(IDbContextFactory<ProductDb> databases, TimeProvider time)
{
    /// <summary>How often it looks. A run that ends sooner costs nothing.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    // What the run's own row keeps of a log. The rest of a longer one comes with that row.
    private const int MostBytes = 256 * 1024;

    /// <summary>Looks until the run has ended. A database that fails is looked past: the run's own row has it all.</summary>
    public async Task WatchAsync(ClaimedTask claim, RunView view, CancellationToken ended)
    {
        var told = new Told();
        try
        {
            while (true)
            {
                await Task.Delay(Every, time, ended);
                if (told.Next(view) is { } news)
                {
                    await WriteAsync(claim, news, ended);
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The end of every run.
        }
        catch (Exception exception) when (DutyLoop.IsDatabaseFailure(exception))
        {
            // A piece may be missing now, so no more may follow it.
        }
    }

    private async Task WriteAsync(ClaimedTask claim, RunOutput news, CancellationToken cancellationToken)
    {
        (news.TaskId, news.Attempt, news.Fence) = (claim.TaskId, claim.Attempt, claim.Fence);
        await using var db = databases.CreateDbContext();
        db.RunOutput.Add(news);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>How much of a run was told.</summary>
    private sealed class Told
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
        private long _read;
        private long _logEnd;
        private int _stepEnd;

        /// <summary>What is new; null: nothing.</summary>
        public RunOutput? Next(RunView view)
        {
            var text = Text(view.Printed(_read, (int)Math.Max(0, MostBytes - _read)));
            var steps = Steps(view.Steps());
            return text.Length == 0 && steps.Count == 0
                ? null
                : new RunOutput
                {
                    Text = text,
                    LogEnd = _logEnd,
                    Steps = JsonSerializer.Serialize(steps),
                    StepEnd = _stepEnd,
                };
        }

        // In whole characters: the rest of one that was cut comes with the next piece.
        private string Text(byte[] printed)
        {
            _read += printed.Length;
            var characters = new char[_decoder.GetCharCount(printed, flush: false)];
            _decoder.GetChars(printed, characters, flush: false);
            var text = StorableText.Clean(new string(characters));
            _logEnd += Encoding.UTF8.GetByteCount(text);
            return text;
        }

        // In their order, so that one number says which were told: a call that ends before an earlier one waits for it.
        private List<StepView> Steps(IReadOnlyList<RunStep> ended)
        {
            var steps = new List<StepView>();
            while (_stepEnd < ended.Count && ended[_stepEnd].Number == _stepEnd + 1)
            {
                steps.Add(ended[_stepEnd++].View());
            }
            return steps;
        }
    }
}
