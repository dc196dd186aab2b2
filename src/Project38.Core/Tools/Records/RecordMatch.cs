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
    private readonly bool _isLive;
    private readonly bool _standsIn;

    /// <param name="spec">The record.</param>
    /// <param name="time">The clock.</param>
    public RecordMatch(RecordSpec spec, TimeProvider time)
    {
        (_calls, _isLive, _standsIn, _time) = (spec.Calls, spec.Live, spec.StandsIn, time);
        _left = [.. Enumerable.Range(0, _calls.Count)];
        Tell();
    }

    /// <summary>The calls of the record that were not asked for.</summary>
    public IReadOnlyList<RecordedCall> Left
    {
        get
        {
            lock (_gate)
            {
                return [.. _left.Select(place => _calls[place])];
            }
        }
    }

    /// <summary>Finds the answer that a call had.</summary>
    /// <param name="asking">The call.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// Null: all of the record has been asked for, and this call is to be made; or it is not in the record, and <see
    /// cref="RecordSpec.StandsIn"/>.
    /// </returns>
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

            if (_standsIn)
            {
                return null;
            }

            if (!_isLive)
            {
                throw new TimeoutException(Divergence(asking));
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
                return (place, !_isLive || place != _calls.Count - 1 || _left.Count == 1);
            }
        }

        return (null, _isLive && _left.Count == 0);
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
                null => $"it called {asking.Tool}, and had called nothing more",
                var expected when Look(asking.Hash).Place is not null =>
                    $"it called {asking.Tool} before {expected.Tool}, which it had called first",
                var expected when expected.Tool == asking.Tool => $"it called {asking.Tool} with other arguments",
                var expected => $"it called {asking.Tool} in the place of {expected.Tool}",
            };
            return $"Executed again, the run diverged at call {asking.Number}: {what}. Nothing was called. "
                + "Clock and chance are as they were where they are those of Python's own library; threads, and the order of "
                + "sets, are not.";
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
