using System.Globalization;

namespace Project38.Drills.Nodes;

/// <summary>What a node is told, by its environment.</summary>
internal sealed record NodeSettings
{
    private const string Prefix = "DRILL_";

    /// <summary>A folder of its own; with SQLite, the database's.</summary>
    public required string Home { get; init; }

    /// <summary>PostgreSQL; null: SQLite in <see cref="Home"/>.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>How long a run takes.</summary>
    public TimeSpan Run { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether a run does what can be counted afterwards, which costs it commits of its own; else it waits.</summary>
    public bool Counted { get; init; } = true;

    /// <summary>Runs at one time.</summary>
    public int Slots { get; init; } = 10;

    /// <summary>How long a claim holds without a heartbeat.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How wrong its clock is.</summary>
    public TimeSpan ClockShift { get; init; }

    public IReadOnlyDictionary<string, string?> Write() =>
        new Dictionary<string, string?>
        {
            // A node that lives for seconds does not gain by code that is compiled anew where it is hot.
            ["DOTNET_TC_CallCountThreshold"] = Counted ? "3E8" : null,
            [Prefix + nameof(Home)] = Home,
            [Prefix + nameof(DatabaseUrl)] = DatabaseUrl,
            [Prefix + nameof(Run)] = Run.ToString("c", CultureInfo.InvariantCulture),
            [Prefix + nameof(Counted)] = Counted.ToString(),
            [Prefix + nameof(Slots)] = Slots.ToString(CultureInfo.InvariantCulture),
            [Prefix + nameof(Lease)] = Lease.ToString("c", CultureInfo.InvariantCulture),
            [Prefix + nameof(ClockShift)] = ClockShift.ToString("c", CultureInfo.InvariantCulture),
        };

    public static NodeSettings Read() =>
        new()
        {
            Home = Value(nameof(Home))!,
            DatabaseUrl = Value(nameof(DatabaseUrl)),
            Run = Time(nameof(Run)),
            Counted = bool.Parse(Value(nameof(Counted))!),
            Slots = int.Parse(Value(nameof(Slots))!, CultureInfo.InvariantCulture),
            Lease = Time(nameof(Lease)),
            ClockShift = Time(nameof(ClockShift)),
        };

    private static TimeSpan Time(string name) => TimeSpan.ParseExact(Value(name)!, "c", CultureInfo.InvariantCulture);

    private static string? Value(string name) => Environment.GetEnvironmentVariable(Prefix + name);
}
