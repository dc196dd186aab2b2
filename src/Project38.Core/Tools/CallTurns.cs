using Project38.Core.Agents;

namespace Project38.Core.Tools;

/// <summary>How many calls of a run are made at one time, and how long each may take, by the rules of its config.</summary>
internal sealed class CallTurns(IReadOnlyList<ToolRule> rules, TimeProvider time)
{
    // One for each rule, in their order: whoever waits for one holds none that comes after it.
    private readonly IReadOnlyList<(ToolRule Rule, SemaphoreSlim Turns)> _turns =
    [
        .. rules
            .Where(rule => rule.AtOnce is not null)
            .Select(rule => (rule, new SemaphoreSlim(rule.AtOnce!.Value, rule.AtOnce.Value))),
    ];

    /// <summary>Waits for a turn, and calls.</summary>
    /// <exception cref="CallTimeoutException">It took longer than it may.</exception>
    public async Task<T> CallAsync<T>(
        string tool,
        Func<CancellationToken, Task<T>> call,
        CancellationToken cancellationToken
    )
    {
        List<SemaphoreSlim> taken = [];
        try
        {
            foreach (var (_, turns) in _turns.Where(one => one.Rule.Covers(tool)))
            {
                await turns.WaitAsync(cancellationToken);
                taken.Add(turns);
            }

            var shortest = rules.Where(rule => rule.Covers(tool)).Min(rule => rule.Timeout);
            return shortest is { } most
                ? await InTimeAsync(tool, call, most, cancellationToken)
                : await call(cancellationToken);
        }
        finally
        {
            taken.ForEach(turns => turns.Release());
        }
    }

    private async Task<T> InTimeAsync<T>(
        string tool,
        Func<CancellationToken, Task<T>> call,
        TimeSpan most,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException exception)
            when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CallTimeoutException(
                $"{tool} took longer than its {most.TotalSeconds:0.##} s (config key 'tool_limits'). What it was about to do may be "
                    + "done all the same.",
                exception
            );
        }
    }
}

/// <summary>A call took longer than it may.</summary>
internal sealed class CallTimeoutException(string message, Exception inner) : Exception(message, inner);
