namespace Project38.Sandbox.Bubblewrap;

/// <summary>Gives each concurrent run a uid of its own when the platform is root.</summary>
/// <param name="first">The first uid.</param>
/// <param name="count">How many there are.</param>
internal sealed class RunUids(int first, int count)
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _taken = [];

    // Platforms side by side on one machine start at different places, so that they hardly ever share one.
    private int _next = (int)((uint)Environment.ProcessId * 2_654_435_761u % (uint)count);

    /// <summary>Takes a free uid, until it is given back.</summary>
    /// <exception cref="InvalidOperationException">All are taken.</exception>
    public int Take()
    {
        lock (_lock)
        {
            for (var tried = 0; tried < count; tried++)
            {
                _next = (_next + 1) % count;
                if (_taken.Add(_next))
                {
                    return first + _next;
                }
            }
        }

        throw new InvalidOperationException($"All {count} uids of the sandbox are in use.");
    }

    public void Return(int uid)
    {
        lock (_lock)
        {
            _taken.Remove(uid - first);
        }
    }
}
