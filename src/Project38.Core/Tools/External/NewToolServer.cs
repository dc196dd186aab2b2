using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.External;

/// <summary>A tool server as a person wants it, before it is looked at.</summary>
public sealed record NewToolServer
{
    /// <summary>Characters of an address, a path or an argument.</summary>
    public const int MaxText = 2_000;

    /// <summary>See <see cref="ExternalName.WhyNotServer"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Its address; null: it is a program.</summary>
    public string? Url { get; init; }

    /// <summary>The program, absolute, and its arguments; empty: it has an address.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>A folder that the program sees; null: none.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether its address may be private.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>See <see cref="ToolServer.Secrets"/>.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>What its tools bring into an agent. Default: all that there is.</summary>
    public ToolRisk Risks { get; init; } = ToolRisk.All;
}

/// <summary>A person's yes to one tool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hash">Of what he saw.</param>
/// <param name="Reads">Whether it changes nothing.</param>
public sealed record ToolConsent(string Name, string Hash, bool Reads);

/// <summary>What came of a wish about a tool server.</summary>
public abstract record ToolServerAnswer
{
    private ToolServerAnswer() { }

    /// <summary>It is registered, and its tools are these.</summary>
    /// <param name="Server">With its tools.</param>
    /// <param name="LeftOut">Why some of its tools cannot be called, a sentence each.</param>
    public sealed record Kept(ToolServer Server, IReadOnlyList<string> LeftOut) : ToolServerAnswer;

    /// <summary>All that is wrong with it, by field.</summary>
    public sealed record Wrong(IReadOnlyList<(string Field, string Complaint)> Complaints) : ToolServerAnswer;

    /// <summary>It is not done, and why.</summary>
    public sealed record Refused(string Why) : ToolServerAnswer;

    /// <summary>There is no tool server of this name.</summary>
    public sealed record Unknown : ToolServerAnswer;

    /// <summary>It could not be spoken to.</summary>
    /// <param name="Why">For a person.</param>
    public sealed record Unreachable(string Why) : ToolServerAnswer;
}
