namespace Project38.Core.Tools.Sessions;

/// <summary>Lets so many bytes into memory at one time; whoever brings more waits for its turn.</summary>
internal sealed class ByteGate(long capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Turn)> _waiting = [];
    private long _inside;

    /// <summary>Enters. What is larger than the whole gate enters alone.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while it waited; it is not inside.</exception>
    public async ValueTask EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<(long, TaskCompletionSource)> place;
        lock (_gate)
        {
            if (_waiting.Count == 0 && Fits(bytes))
            {
                _inside += bytes;
                return;
            }

            place = _waiting.AddLast(
                (bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            );
        }

        var turn = place.Value.Item2;
        await using var registration = cancellationToken.Register(() => GiveUp(place, turn, cancellationToken));
        await turn.Task;
    }

    /// <summary>Leaves, with as many bytes as it entered with.</summary>
    public void Leave(long bytes)
    {
        lock (_gate)
        {
            _inside -= bytes;
            LetIn();
        }
    }

    private void GiveUp(
        LinkedListNode<(long, TaskCompletionSource)> place,
        TaskCompletionSource turn,
        CancellationToken cancellationToken
    )
    {
        lock (_gate)
        {
            if (turn.TrySetCanceled(cancellationToken))
            {
                _waiting.Remove(place);
                LetIn();
            }
        }
    }

    private void LetIn()
    {
        while (_waiting.First is { } first && Fits(first.Value.Bytes))
        {
            _waiting.RemoveFirst();
            _inside += first.Value.Bytes;
            first.Value.Turn.SetResult();
        }
    }

    private bool Fits(long bytes) => _inside == 0 || _inside + bytes <= capacity;
}
