namespace Project38.Core.Execution.Pythons;

/// <summary>A Python image: packages that an agent can import beside the standard library. Never changed once it is made.</summary>
public sealed record PythonImage
{
    /// <summary>What an agent's config calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What was asked for, as in <c>pandas==2.2.1</c>.</summary>
    public required IReadOnlyList<string> Packages { get; init; }

    /// <summary>What can be imported, by the first part of its name; sorted.</summary>
    public required IReadOnlyList<string> Modules { get; init; }

    /// <summary>The Python it was made for, as in <c>python3.11</c>: compiled packages are for that one alone.</summary>
    public required string Interpreter { get; init; }

    /// <summary>SHA-256 over its files, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset MadeAt { get; init; }
}

/// <summary>An image cannot be made, found or used. The message is for a person: what, why, what to do.</summary>
public sealed class PythonImageException(string message) : Exception(message);
