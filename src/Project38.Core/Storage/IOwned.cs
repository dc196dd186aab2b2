namespace Project38.Core.Storage;

/// <summary>A row that belongs to a team. Every owned table carries <c>team_id</c> from the first migration on.</summary>
public interface IOwned
{
    /// <summary>The owner; <see cref="Team.Default"/> until teams arrive.</summary>
    string TeamId { get; }
}

/// <summary>Teams, as far as they exist: there is one.</summary>
public static class Team
{
    /// <summary>The team that everything belongs to.</summary>
    public const string Default = "default";
}
