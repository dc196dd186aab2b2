using Microsoft.Extensions.Logging;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>
/// Saves runs together that end at the same time: while one group is being committed, the next one gathers. On a disk a
/// commit costs more than everything in it, and a group needs one. On PostgreSQL; a transaction of SQLite is alone as it is.
/// </summary>
internal sealed class CompletionGroup(
    PostgresCompletion store,
    bool isPostgres,
    TimeProvider time,
    ILogger<CompletionGroup> logger
)
{
    // A log has 256 KB at most: a group stays within what one statement can carry.
    private const int Most = 100;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = [];
    private bool _saving;

    /// <summary>Saves a run with those that wait beside it.</summary>
    /// <param name="run">As <see cref="PostgresCompletion.SaveAsync"/> takes it.</param>
    /// <param name="slots">Where the task begins that is claimed in its place; null: none is.</param>
    /// <param name="cancellationToken">Stops waiting. The run may be saved all the same: its claim decides.</param>
    /// <returns>False when it is not saved, and is to be saved by itself: it is not usual, or some run of its group broke it.</returns>
    /// <exception cref="Exception">The database failed. It may be saved all the same: the answer may have been lost.</exception>
    public Task<bool> TrySaveAsync(JudgedRun run, ISlots? slots, CancellationToken cancellationToken)
    {
        if (!isPostgres)
        {
            return Task.FromResult(false);
        }
        var mine = new Waiting(run, slots);
        lock (_gate)
        {
            _waiting.Enqueue(mine);
            if (!_saving)
            {
                _saving = true;
                // On a thread of its own: whoever ends at this moment is part of it, and no caller's end is everybody's.
                _ = Task.Run(SaveAllAsync, CancellationToken.None);
            }
        }
        return mine.Answer.Task.WaitAsync(cancellationToken);
    }

    private async Task SaveAllAsync()
    {
        while (Next() is { Count: > 0 } group)
        {
            await SaveAsync(group);
        }
    }

    private List<Waiting> Next()
    {
        lock (_gate)
        {
            List<Waiting> group = [];
            while (group.Count < Most && _waiting.TryDequeue(out var one))
            {
                group.Add(one);
            }
            _saving = group.Count > 0;
            return group;
        }
    }

    // Whatever happens is told to those who wait, and to nobody else.
    private async Task SaveAsync(List<Waiting> group)
    {
        // A process has one node, and that has one set of slots.
        var slots = group.Find(one => one.Slots is not null)?.Slots;
        try
        {
            var saved = await SaveAndClaimAsync(group, slots);
            for (var place = 0; place < group.Count; place++)
            {
                group[place].Answer.SetResult(saved.Places.Contains(place));
            }
        }
        catch (Exception exception) when (StorageException.Explain(exception) is not null)
        {
            slots?.ClaimUnanswered();
            group.ForEach(one => one.Answer.SetException(exception));
        }
        catch (Exception exception)
        {
            // One of them is at fault, and each by itself shows which.
            logger.GroupBroke(group.Count, exception);
            group.ForEach(one => one.Answer.SetResult(false));
        }
    }

    private async Task<SavedRuns> SaveAndClaimAsync(List<Waiting> group, ISlots? slots)
    {
        using var turn = slots is null ? null : await slots.TakeTurnAsync();
        // Before the claim: the lease began no earlier, so counting from here never overstates it.
        var claimedAt = time.GetTimestamp();
        // No caller's limit ends it; the provider's own for a command does.
        var saved = await store.SaveAsync(
            [.. group.Select(one => one.Run)],
            slots?.Claimant,
            group.Count(one => one.Slots is not null),
            CancellationToken.None
        );
        // First: a slot that is known to be free before its next task is known would be filled twice.
        foreach (var claim in saved.Next)
        {
            slots!.Begin(claim, claimedAt);
        }
        return saved;
    }

    private sealed record Waiting(JudgedRun Run, ISlots? Slots)
    {
        // Who waits goes on here, up to where it waits next: a hundred that are woken one by one cost more than their commit.
        public TaskCompletionSource<bool> Answer { get; } = new();
    }
}
