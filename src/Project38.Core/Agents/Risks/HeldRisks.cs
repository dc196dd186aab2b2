using Project38.Core.Storage;

namespace Project38.Core.Agents.Risks;

/// <summary>What a grant holds of the three risks, each with the tools by which it comes.</summary>
/// <remarks>
/// An agent that holds all three can be talked by what it reads into sending away what it knows ("the lethal trifecta", Simon
/// Willison, 2025).
/// </remarks>
public sealed record HeldRisks
{
    /// <summary>None of them.</summary>
    public static HeldRisks None { get; } = new();

    /// <summary>Tools that read what is not for everybody; empty: it holds no such.</summary>
    public IReadOnlyList<string> PrivateData { get; init; } = [];

    /// <summary>Tools that read what strangers wrote.</summary>
    public IReadOnlyList<string> UntrustedContent { get; init; } = [];

    /// <summary>Tools that can send something to where others read it.</summary>
    public IReadOnlyList<string> WayOut { get; init; } = [];

    /// <summary>Where it reads and where it sends, beside the inbox: hosts, channels and folders, as the grant names them.</summary>
    public IReadOnlyList<string> Places { get; init; } = [];

    /// <summary>Whether it holds all three.</summary>
    public bool AreAll => PrivateData.Count > 0 && UntrustedContent.Count > 0 && WayOut.Count > 0;

    /// <summary>Those it holds, by the names that the wire and the audit have for them.</summary>
    public IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> ByName =>
        new KeyValuePair<string, IReadOnlyList<string>>[]
        {
            new("private_data", PrivateData),
            new("untrusted_content", UntrustedContent),
            new("way_out", WayOut),
        }.Where(risk => risk.Value.Count > 0);
}

/// <summary>Says what a grant holds of the three risks. What tools bring is known below this room.</summary>
/// <param name="db">The caller's; nothing is changed in it.</param>
/// <param name="grant">What may be used; the hosts and channels that it names count too.</param>
/// <param name="cancellationToken">Gives it up.</param>
public delegate Task<HeldRisks> FindRisks(ProductDb db, Manifest grant, CancellationToken cancellationToken);
