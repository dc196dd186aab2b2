using System.Diagnostics;

namespace Project38.Drills.Nodes;

/// <summary>The nodes of a drill. One that is killed or stopped is started anew in its place.</summary>
internal sealed class NodeRow(StormPlan plan, Func<int, NodeSettings> settings) : IAsyncDisposable
{
    // A pooler that could not log in at its server refuses everybody for 15 seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DrillNode[] _nodes = new DrillNode[plan.Nodes];
    private readonly List<Task> _frozen = [];
    private int _next;

    public Task StartAsync() => Task.WhenAll(Enumerable.Range(0, _nodes.Length).Select(StartOneAsync));

    /// <summary><c>kill -9</c>, and a new one.</summary>
    public async Task KillOneAsync(Random random)
    {
        var node = random.Next(_nodes.Length);
        await _nodes[node].KillAsync();
        await ReplaceAsync(node);
    }

    /// <summary>Stands still for longer than its leases, while the others go on.</summary>
    public Task FreezeOneAsync(Random random, TimeSpan length)
    {
        _frozen.Add(_nodes[random.Next(_nodes.Length)].FreezeAsync(length));
        return Task.CompletedTask;
    }

    /// <summary>The next in turn, as a deploy restarts them.</summary>
    public async Task RollNextAsync()
    {
        var node = _next++ % _nodes.Length;
        await _nodes[node].StopAsync();
        await ReplaceAsync(node);
    }

    /// <summary>Lets all of them drain.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_frozen);
        await Task.WhenAll(_nodes.Select(node => node.StopAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Where(node => node is not null))
        {
            await node.DisposeAsync();
        }
    }

    private async Task ReplaceAsync(int node)
    {
        await _nodes[node].DisposeAsync();
        await StartOneAsync(node);
    }

    // As a supervisor does: a node refuses to start while its database is away.
    private async Task StartOneAsync(int node)
    {
        for (var begun = Stopwatch.GetTimestamp(); ; )
        {
            if (await DrillNode.StartAsync(settings(node)) is { } started)
            {
                _nodes[node] = started;
                return;
            }
            if (Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new InvalidOperationException($"A node did not start in {Patience}; standard error says why.");
            }
        }
    }
}
