using System.Globalization;

namespace Project38.Core.Harness.Events;

/// <summary>A place in the order of all events. As text it is the id of an event, which nobody but us takes apart.</summary>
/// <param name="Transaction">The transaction that wrote the event.</param>
/// <param name="Id">Its row.</param>
public sealed record EventPosition(long Transaction, long Id)
{
    /// <summary>No event ever stood here.</summary>
    public static EventPosition Nowhere { get; } = new(-1, -1);

    /// <summary>Reads what <see cref="ToString"/> wrote; null when it did not.</summary>
    public static EventPosition? Parse(string text) =>
        text.Split('-') is [var transaction, var id]
        && long.TryParse(transaction, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var first)
        && long.TryParse(id, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var second)
            ? new EventPosition(first, second)
            : null;

    /// <summary>Whether the other one comes before.</summary>
    public bool IsAfter(EventPosition other) => (Transaction, Id).CompareTo((other.Transaction, other.Id)) > 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Transaction:x}-{Id:x}";
}
