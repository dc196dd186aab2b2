namespace Project38.Contracts;

/// <summary><c>P38_HOME/server.json</c>: the server that runs there. Readable by its owner only.</summary>
public sealed record ServerFile
{
    /// <summary>Its name in the home.</summary>
    public const string Name = "server.json";

    /// <summary>Its process.</summary>
    public required int Pid { get; init; }

    /// <summary>When the process started, in ticks since boot: a reused process id has another.</summary>
    public required long StartTicks { get; init; }

    /// <summary>The boot those ticks count from.</summary>
    public required string BootId { get; init; }

    /// <summary>Where it listens, for example <c>http://127.0.0.1:8038</c>.</summary>
    public required string Url { get; init; }

    /// <summary><c>up</c> or <c>embedded</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary>
    /// The settings it was started with: names, and a seal of each value under the home's token. Null: an older server.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }
}
