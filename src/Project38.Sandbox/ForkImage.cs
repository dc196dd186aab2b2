namespace Project38.Sandbox;

/// <summary>
/// What a Python has loaded before a program comes, so that programs can be forked from it, which is faster than to start
/// an interpreter for each. A program sees the same either way, but for what is imported already.
/// </summary>
public sealed record ForkImage
{
    /// <summary>The interpreter.</summary>
    public const string Program = "/usr/bin/python3";

    /// <summary>The arguments of the interpreter that such a program has before its script.</summary>
    public static IReadOnlyList<string> Flags { get; } = ["-I", "-S", "-B", "-u"];

    /// <summary>Folders that modules are found in while these are imported, for example <c>/p38</c>.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>The modules. One that cannot be imported is left out.</summary>
    public IReadOnlyList<string> Imports { get; init; } = [];

    /// <summary>The script that most programs are, if there is one: compiled in advance. It is the same for as long as it is mounted.</summary>
    public string? Script { get; init; }

    /// <summary>A module that does what most programs do, when it is imported: what it touches is made ready for each. No program sees it.</summary>
    public string? Rehearsal { get; init; }

    /// <summary>How many processes wait ready for a program. Default: none; each is forked when it is asked for.</summary>
    public int Ready { get; init; }
}
