using Project38.Core.Storage;

namespace Project38.Core.Agents.Versions;

/// <summary>Makes the rows of a version.</summary>
internal static class NewVersions
{
    /// <summary>Adds a version to what the caller is about to save; it has its id then.</summary>
    public static AgentVersion Add(
        ProductDb db,
        Agent agent,
        int number,
        NewVersion given,
        string who,
        DateTimeOffset now
    )
    {
        var version = new AgentVersion
        {
            TeamId = agent.TeamId,
            AgentId = agent.Id,
            Number = number,
            Code = given.Code,
            Tests = given.Tests,
            Manifest = given.Manifest,
            Hash = given.Hash,
            Origin = given.Origin,
            Proved = given.Proved,
            MadeFrom = given.MadeFrom,
            Wish = given.Wish,
            CreatedBy = who,
            CreatedAt = now,
        };
        db.AgentVersions.Add(version);
        return version;
    }

    /// <summary>Adds what a version that has its id runs with.</summary>
    public static VersionSetting AddSetting(
        ProductDb db,
        Agent agent,
        AgentVersion version,
        NewVersion given,
        DateTimeOffset now
    )
    {
        var setting = new VersionSetting
        {
            VersionId = version.Id,
            TeamId = agent.TeamId,
            Config = given.Config ?? agent.Config,
            Description = given.Wish is null ? agent.Description : GrownBrief.Of(agent.Description, given.Wish),
            BaseConfig = given.BaseConfig ?? agent.Config,
            UpdatedAt = now,
        };
        db.VersionSettings.Add(setting);
        return setting;
    }
}
