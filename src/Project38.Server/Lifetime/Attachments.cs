namespace Project38.Server.Lifetime;

/// <summary>The verbs that use an embedded server now. It goes when the last has left.</summary>
internal sealed class Attachments(TimeProvider time)
{
    /// <summary>How long after the last verb left. The next verb of a script finds it still warm.</summary>
    public static readonly TimeSpan AfterTheLast = TimeSpan.FromSeconds(2);

    /// <summary>How long for the first verb, once it could come: whoever started the server may have been killed since.</summary>
    public static readonly TimeSpan BeforeTheFirst = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private long _changedAt = time.GetTimestamp();
    private int _count;
    private bool _anyCame;
    private bool _closed;

    /// <summary>The server has started, and verbs can come: only from now on is the first one late.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _changedAt = time.GetTimestamp();
        }
    }

    /// <summary>A verb comes. Dispose when it leaves.</summary>
    /// <returns>Null when the server is on its way out: start another.</returns>
    public IDisposable? TryAttach()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            _count++;
            _anyCame = true;
            return new Attachment(this);
        }
    }

    /// <summary>Closes for good when nobody is here and nobody is to be waited for.</summary>
    /// <returns>True when closed: no verb attaches any more.</returns>
    public bool TryClose()
    {
        lock (_gate)
        {
            var patience = _anyCame ? AfterTheLast : BeforeTheFirst;
            _closed |= _count == 0 && time.GetElapsedTime(_changedAt) >= patience;
            return _closed;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _count--;
            _changedAt = time.GetTimestamp();
        }
    }

    private sealed class Attachment(Attachments owner) : IDisposable
    {
        private Attachments? _owner = owner;

        public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Leave();
    }
}
