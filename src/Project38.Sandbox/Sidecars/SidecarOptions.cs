namespace Project38.Sandbox.Sidecars;

/// <summary>A trusted helper program that answers questions, and how long to wait for it.</summary>
public sealed record SidecarOptions
{
    /// <summary>What it is called in messages, for example <c>ruff</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The program: a path, or a name to be found on <c>PATH</c>.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Where it starts; null for the platform's own folder.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>What to do when the program is missing, for people. Default: none.</summary>
    public string Advice { get; init; } = "";

    /// <summary>How long one answer may take, the start of the program included. Default: 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest answer, in bytes. Default: 64 MB.</summary>
    public int MaxAnswerBytes { get; init; } = 64 * 1024 * 1024;
}
