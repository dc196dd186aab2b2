namespace Project38.Core.Tools.Http.Reading;

/// <summary>Lets so many pages be read at one time, and one of each agent: who has many waits for himself.</summary>
/// <remarks>A page can be written to take all of its time, and an agent may ask for sixteen at once.</remarks>
internal sealed class ReadingTurns(int atOnce) : IDisposable
{
    private readonly SemaphoreSlim _all = new(atOnce);
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Turn> _agents = [];

    /// <summary>Agents that read or wait.</summary>
    public int Agents
    {
        get
        {
            lock (_gate)
            {
                return _agents.Count;
            }
        }
    }

    /// <summary>Reads when it is this agent's turn.</summary>
    /// <exception cref="OperationCanceledException">Given up while it waited.</exception>
    public async Task<T> ReadAsync<T>(long agent, Func<T> read, CancellationToken cancellationToken)
    {
        var turn = Enter(agent);
        try
        {
            await turn.Own.WaitAsync(cancellationToken);
            try
            {
                await _all.WaitAsync(cancellationToken);
                try
                {
                    return read();
                }
                finally
                {
                    _ = _all.Release();
                }
            }
            finally
            {
                _ = turn.Own.Release();
            }
        }
        finally
        {
            Leave(agent, turn);
        }
    }

    public void Dispose() => _all.Dispose();

    private Turn Enter(long agent)
    {
        lock (_gate)
        {
            if (!_agents.TryGetValue(agent, out var turn))
            {
                _agents[agent] = turn = new Turn();
            }

            turn.Users++;
            return turn;
        }
    }

    private void Leave(long agent, Turn turn)
    {
        lock (_gate)
        {
            if (--turn.Users == 0)
            {
                _ = _agents.Remove(agent);
                turn.Own.Dispose();
            }
        }
    }

    private sealed class Turn
    {
        public SemaphoreSlim Own { get; } = new(1);

        public int Users { get; set; }
    }
}
