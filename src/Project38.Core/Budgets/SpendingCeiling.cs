namespace Project38.Core.Budgets;

/// <summary>The most that one piece of work may cost. What might be spent is reserved first, so it is never passed.</summary>
/// <param name="limit">In USD.</param>
public sealed class SpendingCeiling(decimal limit)
{
    private readonly Lock _lock = new();
    private decimal _reserved;
    private decimal _spent;

    /// <summary>The most, in USD.</summary>
    public decimal Limit { get; } =
        limit >= 0 ? limit : throw new ArgumentOutOfRangeException(nameof(limit), "A ceiling is not negative.");

    /// <summary>What was settled so far, in USD.</summary>
    public decimal Spent
    {
        get
        {
            lock (_lock)
            {
                return _spent;
            }
        }
    }

    /// <summary>What may still be reserved, in USD.</summary>
    public decimal Left
    {
        get
        {
            lock (_lock)
            {
                return Limit - _spent - _reserved;
            }
        }
    }

    /// <summary>Sets the worst case of one expense aside.</summary>
    /// <param name="worst">In USD.</param>
    /// <returns>Null when it could pass the ceiling; then nothing may be spent.</returns>
    public Reservation? TryReserve(decimal worst)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(worst);
        lock (_lock)
        {
            if (worst > Limit - _spent - _reserved)
            {
                return null;
            }

            _reserved += worst;
            return new Reservation(this, worst);
        }
    }

    /// <summary>Money set aside for one expense, until it is settled or given back.</summary>
    public sealed class Reservation : IDisposable
    {
        private readonly SpendingCeiling _ceiling;
        private bool _closed;

        internal Reservation(SpendingCeiling ceiling, decimal worst)
        {
            _ceiling = ceiling;
            Worst = worst;
        }

        /// <summary>What was set aside, in USD.</summary>
        public decimal Worst { get; }

        /// <summary>Books what it did cost, in USD, and frees the rest.</summary>
        /// <exception cref="InvalidOperationException">It is settled or given back already.</exception>
        public void Settle(decimal actual)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(actual);
            lock (_ceiling._lock)
            {
                if (_closed)
                {
                    throw new InvalidOperationException("This reservation is closed.");
                }

                Close();
                _ceiling._spent += actual;
            }
        }

        /// <summary>Gives it back when it was not settled: nothing was spent.</summary>
        public void Dispose()
        {
            lock (_ceiling._lock)
            {
                Close();
            }
        }

        private void Close()
        {
            if (!_closed)
            {
                _closed = true;
                _ceiling._reserved -= Worst;
            }
        }
    }
}
