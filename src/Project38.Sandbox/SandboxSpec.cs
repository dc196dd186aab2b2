namespace Project38.Sandbox;

/// <summary>What to run, and what it may see. Nothing else of the host is visible to it.</summary>
/// <remarks>
/// At <see cref="SandboxLevel.Degraded"/> the inner paths are folders elsewhere, and the arguments and variables that name them are
/// rewritten; the host is there to be seen, and refused when it is opened.
/// </remarks>
public sealed record SandboxSpec
{
    /// <summary>The program inside the sandbox, absolute. The host's <c>/usr</c> is there, read-only.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments, without the program itself.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Host folders bound read-only. They must be enterable by any uid: stage private ones first.</summary>
    public IReadOnlyList<SandboxMount> Mounts { get; init; } = [];

    /// <summary>Small files given by content, read-only inside.</summary>
    public IReadOnlyList<SandboxFile> Files { get; init; } = [];

    /// <summary>The whole environment of the run. Default: <c>PATH</c>, <c>HOME=/work</c> and <c>LANG=C.UTF-8</c> only.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } =
        new Dictionary<string, string>
        {
            ["PATH"] = "/usr/bin:/bin",
            ["HOME"] = "/work",
            ["LANG"] = "C.UTF-8",
        };

    /// <summary>
    /// What it may be forked from, where that works; null: it is always started anew. The program is then
    /// <see cref="ForkImage.Program"/>, and its arguments are <see cref="ForkImage.Flags"/> and a script.
    /// </summary>
    public ForkImage? Fork { get; init; }

    /// <summary>What it may use.</summary>
    public SandboxLimits Limits { get; init; } = new();
}

/// <summary>A host folder or file, bound read-only at an absolute path inside.</summary>
public sealed record SandboxMount(string HostPath, string InnerPath);

/// <summary>A file given by content at an absolute path inside, for example <c>/app/agent.py</c>.</summary>
public sealed record SandboxFile(string InnerPath, ReadOnlyMemory<byte> Content);
