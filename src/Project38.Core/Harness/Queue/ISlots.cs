namespace Project38.Core.Harness.Queue;

/// <summary>
/// The slots of a node, to the commit that ends their runs: it claims the next tasks for them as well, which then need no
/// commit of their own.
/// </summary>
internal interface ISlots
{
    /// <summary>Who claims for them, and what; null: nothing more is to begin here.</summary>
    Claimant? Claimant { get; }

    /// <summary>
    /// Waits for the turn to claim for them, and has it until it is disposed: from before the claim is sent until all of it has
    /// begun. Meanwhile nothing is handed back as claimed without an answer, which a claim that is under way would look like.
    /// </summary>
    Task<IDisposable> TakeTurnAsync();

    /// <summary>Begins a task that was claimed for a slot whose run has ended, though it may not know it yet.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="claimedAt">Monotonic timestamp from before it was claimed.</param>
    void Begin(ClaimedTask claim, long claimedAt);

    /// <summary>A claim for them was not answered. It may have been made all the same.</summary>
    void ClaimUnanswered();
}

/// <summary>Who claims, and what.</summary>
/// <param name="Worker">As <see cref="ITaskQueue.ClaimAsync"/> takes it.</param>
/// <param name="Scope">Which tasks may be claimed.</param>
internal sealed record Claimant(string Worker, ClaimScope Scope);
