namespace Project38.Core.Tools.Notifications.Deliveries;

/// <summary>Says that a delivery was committed, to whoever delivers in this process.</summary>
/// <remarks>Tools know no harness: what delivers listens here. Where nobody does, its poll finds the row.</remarks>
public sealed class NewDeliveries
{
    /// <summary>What hears it; quick, and does not throw. Default: nobody.</summary>
    public Action? Heard { get; set; }

    /// <summary>Says it.</summary>
    internal void Tell() => Heard?.Invoke();
}
