namespace Project38.Core.Agents.Risks;

/// <summary>A person's yes to an agent that holds all three risks.</summary>
/// <remarks>
/// It is a yes to one grant: a tool, host, channel or folder more is another way for the same attack, and a question of its own.
/// Part of the agent's row, and of nothing that is made of an agent: no version, export or copy has it.
/// </remarks>
/// <param name="By">Who said it; for a yes to the request that made the agent, who made it.</param>
/// <param name="At">By the database's clock.</param>
/// <param name="Grant">What it was said to.</param>
public sealed record AcceptedRisks(string By, DateTimeOffset At, Manifest Grant)
{
    /// <summary>Whether it was said to all of a grant.</summary>
    public bool Covers(Manifest grant) =>
        Within(grant.Tools, Grant.Tools)
        && Within(grant.Hosts, Grant.Hosts)
        && Within(grant.Channels, Grant.Channels)
        && Within(grant.Folders, Grant.Folders);

    private static bool Within<T>(IReadOnlyList<T> some, IReadOnlyList<T> all) => some.All(all.Contains);
}
