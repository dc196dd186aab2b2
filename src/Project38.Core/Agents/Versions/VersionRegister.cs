using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents.Risks;
using Project38.Core.Storage;

namespace Project38.Core.Agents.Versions;

/// <summary>Where versions are added, found, and made current. A run under way keeps the version it began with.</summary>
public sealed class VersionRegister(ProductDbFactory databases, FindRisks findRisks)
{
    private readonly AgentChanges _changes = new(databases, findRisks);

    /// <summary>Adds a proved version. It is current, and runs from the next run on, unless it is only proposed.</summary>
    /// <remarks>
    /// A draft becomes active by its first current version. Where another version became current while this one was
    /// proved, this one is kept all the same, and is not current: nobody's work is undone behind their back.
    /// </remarks>
    /// <returns><see cref="AgentChange.Done"/>, <see cref="AgentChange.Kept"/>, or why nothing was added.</returns>
    public Task<AgentChange> AddAsync(long id, NewVersion given, Editor editor, CancellationToken cancellationToken) =>
        _changes.ApplyAsync(
            id,
            editor,
            "agent.version",
            async hand =>
            {
                var current = await CurrentAsync(hand, cancellationToken);
                var last = await hand
                    .Db.AgentVersions.Where(version => version.AgentId == id)
                    .MaxAsync(version => (int?)version.Number, cancellationToken);
                given = given with { MadeFrom = given.MadeFrom ?? current?.Number };
                var version = NewVersions.Add(hand.Db, hand.Agent, (last ?? 0) + 1, given, editor.Who, hand.Now);
                hand.Details = new JsonObject { ["version"] = version.Number, ["hash"] = version.Hash };
                await hand.Db.SaveChangesAsync(cancellationToken);

                var setting = NewVersions.AddSetting(hand.Db, hand.Agent, version, given, hand.Now);
                if (given.Beside is { } beside)
                {
                    await beside(hand.Db, version, cancellationToken);
                }

                var (why, risks) =
                    given.MadeFrom != current?.Number
                        ? (
                            $"Version {current?.Number} became current while this one was made from version {given.MadeFrom}.",
                            null
                        )
                    : given.Activate ? await MakeCurrentAsync(hand, version, setting, asItIs: false, cancellationToken)
                    : ("", (HeldRisks?)null);
                if (why is null && risks is null)
                {
                    return null;
                }

                hand.Action = "agent.propose";
                return new AgentChange.Kept(
                    version,
                    $"{why} It was kept as version {version.Number}, which is not current.".TrimStart()
                )
                {
                    Risks = risks,
                };
            },
            cancellationToken
        );

    /// <summary>Makes a version current that was proposed, unless another became current since it was begun.</summary>
    /// <remarks>What people changed of the config meanwhile stays; what the version changes of it is laid over that.</remarks>
    public Task<AgentChange> ActivateAsync(long id, int number, Editor editor, CancellationToken cancellationToken) =>
        MoveAsync(
            id,
            number,
            editor,
            "agent.activate",
            asItIs: false,
            (version, current) =>
                version.MadeFrom is { } from && current is not null && from != current.Number
                    ? $"Version {number} was made from version {from}, and version {current.Number} is current: what "
                        + $"version {current.Number} changed would be undone. Make the change again on it, or take "
                        + $"version {number} as it is by a rollback to {number}."
                    : null,
            cancellationToken
        );

    /// <summary>Makes any proved version current, with the config and the brief it ran with last.</summary>
    public Task<AgentChange> RollbackAsync(long id, int number, Editor editor, CancellationToken cancellationToken) =>
        MoveAsync(id, number, editor, "agent.rollback", asItIs: true, (_, _) => null, cancellationToken);

    /// <summary>Versions of an agent, newest first.</summary>
    /// <returns>Null when there is no such agent.</returns>
    public async Task<VersionPage?> ListAsync(long id, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        if (await FindAsync(db, id, cancellationToken) is not { } agent)
        {
            return null;
        }

        var all = db.AgentVersions.AsNoTracking().Where(version => version.AgentId == id);
        var page = all.OrderByDescending(version => version.Number).Skip(offset).Take(limit);
        var views = await WithSettings(db, page).ToListAsync(cancellationToken);
        return new VersionPage(
            [
                .. views
                    .OrderByDescending(one => one.Version.Number)
                    .Select(one => View(agent, one.Version, one.Setting)),
            ],
            await all.CountAsync(cancellationToken)
        );
    }

    /// <summary>One version.</summary>
    /// <returns>Null when there is no such agent or version.</returns>
    public async Task<VersionView?> ReadAsync(long id, int number, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        if (await FindAsync(db, id, cancellationToken) is not { } agent)
        {
            return null;
        }

        var version = db.AgentVersions.AsNoTracking().Where(one => one.AgentId == id && one.Number == number);
        var found = await WithSettings(db, version).ToListAsync(cancellationToken);
        return found is [var only] ? View(agent, only.Version, only.Setting) : null;
    }

    private Task<AgentChange> MoveAsync(
        long id,
        int number,
        Editor editor,
        string action,
        bool asItIs,
        Func<AgentVersion, AgentVersion?, string?> whyNot,
        CancellationToken cancellationToken
    ) =>
        _changes.ApplyAsync(
            id,
            editor,
            action,
            async hand =>
            {
                var current = await CurrentAsync(hand, cancellationToken);
                var version = await hand.Db.AgentVersions.SingleOrDefaultAsync(
                    one => one.AgentId == id && one.Number == number,
                    cancellationToken
                );
                if (version is null)
                {
                    return new AgentChange.NoVersion(number);
                }
                if (!version.Proved)
                {
                    return new AgentChange.Refused(
                        $"Version {number} did not pass its checks and its trial, and only what did may run. "
                            + "Choose another version."
                    );
                }
                if (version.Id == current?.Id)
                {
                    return null;
                }
                if (whyNot(version, current) is { } why)
                {
                    return new AgentChange.Refused(why);
                }

                var setting = await hand.Db.VersionSettings.SingleAsync(
                    one => one.VersionId == version.Id,
                    cancellationToken
                );
                hand.Details = new JsonObject
                {
                    ["from"] = current?.Number,
                    ["to"] = number,
                    ["hash"] = version.Hash,
                };
                return await MakeCurrentAsync(hand, version, setting, asItIs, cancellationToken) switch
                {
                    (_, { } risks) => new AgentChange.Unaccepted(risks),
                    ({ } refusal, _) => new AgentChange.Refused(refusal),
                    _ => null,
                };
            },
            cancellationToken
        );

    /// <summary>Points the agent at a version, once what the one before ran with is written down.</summary>
    /// <param name="hand">The agent.</param>
    /// <param name="version">Of the agent, proved.</param>
    /// <param name="setting">Of the version.</param>
    /// <param name="asItIs">False: what people changed since it was begun stays, as far as the version leaves it alone.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    /// <returns>Two nulls; or why not, or what a person has to say yes to first, and nothing was changed.</returns>
    private static async Task<(string? Why, HeldRisks? Risks)> MakeCurrentAsync(
        AgentInHand hand,
        AgentVersion version,
        VersionSetting setting,
        bool asItIs,
        CancellationToken cancellationToken
    )
    {
        var agent = hand.Agent;
        var (json, description, conflicts) = (setting.Config, setting.Description, (IReadOnlyList<string>)[]);
        if (!asItIs && setting.BaseConfig is { } origin)
        {
            json = ConfigMerge.Of(origin, setting.Config, agent.Config, out conflicts);
            description = version.Wish is { } wish ? GrownBrief.Of(agent.Description, wish) : agent.Description;
        }
        if (conflicts.Count > 0)
        {
            var keys = string.Join(", ", conflicts.Select(key => $"'{key}'"));
            var why =
                $"It changes {keys} of the config, and so did somebody else since it was begun. Make the change "
                + $"again, or take version {version.Number} as it is, by a rollback to it.";
            return (why, null);
        }

        // What was stored long ago is not the fault of who changes something else.
        var config = AgentConfig.Read(json, hand.Now, out var wrong);
        IReadOnlyList<FieldError> errors =
        [
            .. description == agent.Description ? [] : AgentFields.Description(description),
            .. json == agent.Config ? [] : wrong,
        ];
        if (errors.Count > 0)
        {
            return (string.Join(' ', errors), null);
        }

        // The folders are what a person opened to the agent, whatever its version.
        var grant = version.Manifest with
        {
            Folders = agent.Grant.Folders,
        };
        if (
            agent.Status is AgentStatus.Active or AgentStatus.Draft
            && await hand.OpenRisksAsync(grant.NarrowedTo(AgentConfig.ToolsIn(json)), cancellationToken) is { } open
        )
        {
            return (null, open);
        }

        if (agent.VersionId is { } left)
        {
            var last = await hand.Db.VersionSettings.SingleAsync(one => one.VersionId == left, cancellationToken);
            (last.Config, last.Description, last.UpdatedAt) = (agent.Config, agent.Description, hand.Now);
        }

        setting.BaseConfig = null;
        (setting.Config, setting.Description, setting.UpdatedAt) = (json, description, hand.Now);
        agent.VersionId = version.Id;
        agent.Description = description;
        agent.Grant = grant;
        if (config is not null)
        {
            hand.SetConfig(json, config);
        }
        if (agent.Status == AgentStatus.Draft)
        {
            agent.Status = AgentStatus.Active;
            AgentChanges.Schedule(agent, config?.Schedule, hand.Now);
        }
        return (null, null);
    }

    private static Task<AgentVersion?> CurrentAsync(AgentInHand hand, CancellationToken cancellationToken) =>
        hand.Db.AgentVersions.SingleOrDefaultAsync(one => one.Id == hand.Agent.VersionId, cancellationToken);

    private static Task<Agent?> FindAsync(ProductDb db, long id, CancellationToken cancellationToken) =>
        db.Agents.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id && one.DeletedAt == null, cancellationToken);

    private static IQueryable<Pair> WithSettings(ProductDb db, IQueryable<AgentVersion> versions) =>
        from version in versions
        join setting in db.VersionSettings.AsNoTracking() on version.Id equals setting.VersionId
        select new Pair(version, setting);

    private static VersionView View(Agent agent, AgentVersion version, VersionSetting setting) =>
        agent.VersionId == version.Id
            ? new VersionView(version, agent.Config, agent.Description, Current: true)
            : new VersionView(
                version,
                setting.Config,
                setting.Description,
                Current: false,
                Proposed: version.Proved && setting.BaseConfig is not null
            );

    private sealed record Pair(AgentVersion Version, VersionSetting Setting);
}
