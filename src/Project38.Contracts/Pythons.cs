using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>A Python image to make. <c>POST /api/pythons</c>.</summary>
public sealed record AddPythonRequest
{
    /// <summary>How agents' configs name it: 1 to 40 of a-z, 0-9, '-' and '_', and no '-' first.</summary>
    [Required(AllowEmptyStrings = true)]
    public string? Name { get; init; }

    /// <summary>What pip puts into it, each a name with or without versions: <c>pandas==2.2.1</c>. At most 50.</summary>
    [Required, MaxItems(50)]
    public IReadOnlyList<string>? Packages { get; init; }

    /// <summary>A folder of wheels on the server's machine to take them from, absolute; null: pip's package index.</summary>
    [Text(4096)]
    public string? FindLinks { get; init; }
}

/// <summary>Packages that agents can import beside the standard library. <c>GET /api/pythons</c>.</summary>
public sealed record PythonResponse
{
    /// <summary>Its name, for <c>config.python</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What was asked for.</summary>
    public required IReadOnlyList<string> Packages { get; init; }

    /// <summary>What can be imported, by the first part of its name.</summary>
    public required IReadOnlyList<string> Modules { get; init; }

    /// <summary>The Python it was made for, as in <c>python3.11</c>.</summary>
    public required string Interpreter { get; init; }

    /// <summary>SHA-256 over its files, a part of the hash of each version that was proved with it.</summary>
    public required string Hash { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The agents that use it, by number.</summary>
    public required IReadOnlyList<long> Agents { get; init; }
}
