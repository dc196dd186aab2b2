using Project38.Core.Harness.Queue;

namespace Project38.Core.Tests.Harness;

/// <summary>A queue whose answer to a claim comes late: the claim is made by then, whoever still listens.</summary>
internal sealed class LateQueue(ITaskQueue queue) : ITaskQueue
{
    private Exception? _lost;

    /// <summary>Loses the answer to the first claim that finds anything, as a connection that is cut after the commit does.</summary>
    public void LoseOne(Exception by)
    {
        _lost = by;
        Answer.SetResult();
    }

    /// <summary>Completes when a claim was made.</summary>
    public TaskCompletionSource Claimed { get; } = new();

    /// <summary>Set by the test: the answer arrives.</summary>
    public TaskCompletionSource Answer { get; } = new();

    public async Task<IReadOnlyList<ClaimedTask>> ClaimAsync(
        string worker,
        int max,
        ClaimScope scope,
        CancellationToken cancellationToken
    )
    {
        var claims = await queue.ClaimAsync(worker, max, scope, CancellationToken.None);
        Claimed.TrySetResult();
        await Answer.Task;
        if (claims.Count > 0 && Interlocked.Exchange(ref _lost, null) is { } lost)
        {
            throw lost;
        }
        cancellationToken.ThrowIfCancellationRequested();
        return claims;
    }

    public Task<AgentTask?> StartAsync(
        long agentId,
        ManualStart start,
        string who,
        string? traceParent,
        CancellationToken cancellationToken
    ) => queue.StartAsync(agentId, start, who, traceParent, cancellationToken);

    public Task<bool> HeartbeatAsync(ClaimedTask claim, CancellationToken cancellationToken) =>
        queue.HeartbeatAsync(claim, cancellationToken);

    public Task<bool> IsHeldAsync(ClaimedTask claim, CancellationToken cancellationToken) =>
        queue.IsHeldAsync(claim, cancellationToken);

    public Task<bool> HandBackAsync(ClaimedTask claim, CancellationToken cancellationToken) =>
        queue.HandBackAsync(claim, cancellationToken);
}
