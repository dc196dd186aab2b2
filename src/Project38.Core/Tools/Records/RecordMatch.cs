namespace Project38.Core.Tools.Records;

/// <summary>Answers calls from the record of the run that was ended at a question.</summary>
/// <remarks>
/// A call is the one of the record that has the same tool and arguments, whichever place it has there: calls beside each other
/// come in another order each time. What comes before its time waits, for another of them may be slower now than it was.
/// </remarks>
internal sealed class RecordMatch
{
    /// <summary>How long a call that comes before its time waits.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<RecordedCall> _calls;
    private readonly SortedSet<int> _left;
    private readonly TaskCompletionSource _onlyLastLeft = New();
    private readonly TaskCompletionSource _noneLeft = New();
    private readonly TimeProvider _time;

    /// <param name="calls">All with their answers; the last of them is the question.</param>
    /// <param name="time">The clock.</param>
    public RecordMatch(IReadOnlyList<RecordedCall> calls, TimeProvider time)
    {
        (_calls, _time) = (calls, time);
        _left = [.. Enumerable.Range(0, calls.Count)];
        Tell();
    }

    /// <summary>Finds the answer that a call had.</summary>
    /// <param name="asking">The call.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null: all of the record has been asked for, and this call is to be made.</returns>
    /// <exception cref="TimeoutException">It does not fit the record; the message says how.</exception>
    public async ValueTask<RecordedCall?> FindAsync(RecordedCalls.Asking asking, CancellationToken cancellationToken)
    {
        Task ready;
        lock (_gate)
        {
            var (place, isItsTime) = Look(asking.Hash);
            if (isItsTime)
            {
                return Take(place);
            }

            ready = place is null ? _noneLeft.Task : _onlyLastLeft.Task;
        }

        try
        {
            await ready.WaitAsync(Patience, _time, cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException(Divergence(asking), late);
        }

        lock (_gate)
        {
            return Take(Look(asking.Hash).Place);
        }
    }

    // The first of its kind that is left; the last of all only when it is the only one.
    private (int? Place, bool IsItsTime) Look(string hash)
    {
        foreach (var place in _left)
        {
            if (_calls[place].Hash == hash)
            {
                return (place, place != _calls.Count - 1 || _left.Count == 1);
            }
        }

        return (null, _left.Count == 0);
    }

    private RecordedCall? Take(int? place)
    {
        if (place is not { } found)
        {
            return null;
        }

        _ = _left.Remove(found);
        Tell();
        return _calls[found];
    }

    private void Tell()
    {
        if (_left.Count <= 1)
        {
            _onlyLastLeft.TrySetResult();
        }

        if (_left.Count == 0)
        {
            _noneLeft.TrySetResult();
        }
    }

    private string Divergence(RecordedCalls.Asking asking)
    {
        lock (_gate)
        {
            var what = (_left.Count > 0 ? _calls[_left.Min] : null) switch
            {
                null => $"it called {asking.Tool}",
                var expected when Look(asking.Hash).Place is not null =>
                    $"it called {asking.Tool} before {expected.Tool}, which it had called first",
                var expected when expected.Tool == asking.Tool => $"it called {asking.Tool} with other arguments",
                var expected => $"it called {asking.Tool} in the place of {expected.Tool}",
            };
            return $"Executed again, the run diverged at call {asking.Number}: {what}. Nothing was called. Up to a question a "
                + "program has to do the same each time, whatever the clock and chance say.";
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
