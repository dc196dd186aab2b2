using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents.Risks;
using Project38.Core.Agents.Versions;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>Where agents are entered, changed and found. Each change is one commit with its line in the audit.</summary>
public sealed class AgentRegister(ProductDbFactory databases, FindRisks findRisks)
{
    private readonly AgentChanges _changes = new(databases, findRisks);

    private readonly Func<ProductDb, long, CancellationToken, Task<VersionedAgent?>> _read = AgentQueries.ById();

    /// <summary>Why no agent can have a name; null when one can.</summary>
    public static string? WhyNotName(string name) => AgentFields.Name(name) is [var wrong, ..] ? wrong.Message : null;

    /// <summary>Enters an agent with its first version. An active one is due from its schedule's next fire on.</summary>
    /// <remarks>One that holds all three risks is entered as paused, unless <see cref="NewAgent.AcceptsRisks"/>.</remarks>
    /// <returns><see cref="AgentChange.Done"/> or <see cref="AgentChange.Invalid"/>.</returns>
    public async Task<AgentChange> CreateAsync(NewAgent given, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);

        var config = AgentConfig.Read(given.Config, now, out var wrong);
        IReadOnlyList<FieldError> errors =
        [
            .. AgentFields.Name(given.Name),
            .. AgentFields.Description(given.Description),
            .. AgentFields.CreatedBy(given.CreatedBy),
            .. wrong,
        ];
        if (config is null || errors.Count > 0)
        {
            return new AgentChange.Invalid(errors);
        }

        var agent = new Agent
        {
            Name = given.Name,
            Description = given.Description,
            Status = given.Status,
            Grant = given.Grant,
            CreatedBy = given.CreatedBy,
            CreatedAt = now,
        };
        AgentChanges.SetConfig(agent, given.Config, config);
        db.Agents.Add(agent);
        await db.SaveChangesAsync(cancellationToken);
        if (await Following.WhyNotAsync(db, agent, cancellationToken) is { } why)
        {
            return new AgentChange.Invalid([why]);
        }

        var first = FirstVersion(given);
        var version = NewVersions.Add(db, agent, number: 1, first, given.CreatedBy, now);
        await db.SaveChangesAsync(cancellationToken);
        NewVersions.AddSetting(db, agent, version, first, now).BaseConfig = null;
        if (given.Beside is { } beside)
        {
            await beside(db, version, cancellationToken);
        }

        agent.VersionId = version.Id;
        var details = new JsonObject { ["version"] = version.Hash };
        await SettleRisksAsync(db, agent, given, details, now, cancellationToken);
        AgentChanges.Schedule(agent, config.Schedule, now);
        AgentChanges.Record(db, agent, given.CreatedBy, "agent.create", now, details);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new AgentChange.Done(
            await _changes.JudgedAsync(db, new VersionedAgent(agent, version), cancellationToken)
        );
    }

    /// <summary>Changes what is given, all of it or nothing.</summary>
    public Task<AgentChange> EditAsync(long id, AgentEdit edit, Editor editor, CancellationToken cancellationToken) =>
        ChangeFieldsAsync(
            id,
            editor,
            "agent.edit",
            hand =>
            {
                var (agent, now) = (hand.Agent, hand.Now);
                var json = edit.Config ?? agent.Config;
                var config = AgentConfig.Read(json, now, out var wrong);
                IReadOnlyList<FieldError> errors =
                [
                    .. edit.Name is null ? [] : AgentFields.Name(edit.Name),
                    .. edit.Description is null ? [] : AgentFields.Description(edit.Description),
                    // A config that was stored long ago is not the fault of who changes the name.
                    .. edit.Config is null ? [] : wrong,
                ];
                if (errors.Count > 0)
                {
                    return new AgentChange.Invalid(errors);
                }
                if (edit.Status is { } status && AgentStatuses.WhyNot(agent.Status, status) is { } why)
                {
                    return new AgentChange.Refused(why);
                }

                var moved = edit.Status is { } to && to != agent.Status;
                agent.Name = edit.Name ?? agent.Name;
                agent.Description = edit.Description ?? agent.Description;
                agent.Status = edit.Status ?? agent.Status;
                if (edit.Config is not null && config is not null)
                {
                    hand.SetConfig(edit.Config, config);
                }
                if (moved)
                {
                    AgentChanges.Schedule(agent, config?.Schedule, now);
                }
                return null;
            },
            cancellationToken
        );

    /// <summary>Takes a person's yes to what an agent holds of the three risks; it stands as it stood.</summary>
    public Task<AgentChange> AcceptRisksAsync(long id, string who, CancellationToken cancellationToken) =>
        ChangeFieldsAsync(
            id,
            new Editor(who) { AcceptsRisks = true },
            "agent.accept_risks",
            _ => null,
            cancellationToken
        );

    /// <summary>No fires until resumed.</summary>
    public Task<AgentChange> PauseAsync(long id, Editor editor, CancellationToken cancellationToken) =>
        MoveAsync(id, AgentStatus.Paused, editor, "agent.pause", cancellationToken);

    /// <summary>Active again; the next fire is the first after now, whatever was missed.</summary>
    public Task<AgentChange> ResumeAsync(long id, Editor editor, CancellationToken cancellationToken) =>
        MoveAsync(id, AgentStatus.Active, editor, "agent.resume", cancellationToken);

    /// <summary>Stopped for good, until somebody resumes it.</summary>
    public Task<AgentChange> StopAsync(long id, Editor editor, CancellationToken cancellationToken) =>
        MoveAsync(id, AgentStatus.Stopped, editor, "agent.stop", cancellationToken);

    /// <summary>Deletes softly: nothing of it runs or is listed any more, and its rows and ledger stay.</summary>
    /// <remarks>The harness cancels its open tasks when it sees <see cref="Agent.DeletedAt"/>.</remarks>
    public Task<AgentChange> DeleteAsync(long id, Editor editor, CancellationToken cancellationToken) =>
        ChangeFieldsAsync(
            id,
            editor,
            "agent.delete",
            hand =>
            {
                var (agent, now) = (hand.Agent, hand.Now);
                agent.DeletedAt = now;
                agent.Status = AgentStatus.Stopped;
                agent.NextFire = null;
                return null;
            },
            cancellationToken
        );

    /// <summary>One agent.</summary>
    /// <returns>Null when there is none, or no more.</returns>
    public async Task<VersionedAgent?> ReadAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await _read(db, id, cancellationToken) is { Agent.DeletedAt: null } found
            ? await _changes.JudgedAsync(db, found, cancellationToken)
            : null;
    }

    /// <summary>A page of agents, newest first.</summary>
    public async Task<AgentPage> ListAsync(AgentFilter filter, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var agents = Living(db);
        if (filter.Status is { } status)
        {
            agents = agents.Where(agent => agent.Status == status);
        }
        if (filter.CreatedBy is { } createdBy)
        {
            agents = agents.Where(agent => agent.CreatedBy == createdBy);
        }

        var total = await agents.CountAsync(cancellationToken);
        var page = agents.OrderByDescending(agent => agent.Id).Skip(filter.Offset).Take(filter.Limit);
        var found = await WithVersions(db, page).ToListAsync(cancellationToken);
        List<VersionedAgent> judged = [];
        foreach (var one in found.OrderByDescending(one => one.Agent.Id))
        {
            judged.Add(await _changes.JudgedAsync(db, one, cancellationToken));
        }
        return new AgentPage(judged, total);
    }

    /// <summary>Finds an agent by its id or its name, as a person writes it.</summary>
    /// <remarks>A whole number is an id first; where no agent has it, it is a name.</remarks>
    public async Task<AgentSearch> FindAsync(string idOrName, CancellationToken cancellationToken)
    {
        var text = idOrName.Trim();
        if (
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && await ReadAsync(id, cancellationToken) is { } byId
        )
        {
            return new AgentSearch.Found(byId);
        }

        await using var db = databases.CreateDbContext();
        var ids = await Living(db)
            .Where(agent => agent.Name == text)
            .OrderBy(agent => agent.Id)
            .Select(agent => agent.Id)
            .Take(20)
            .ToListAsync(cancellationToken);
        if (ids.Count > 1)
        {
            return new AgentSearch.Several(ids);
        }
        return ids.Count == 1 && await ReadAsync(ids[0], cancellationToken) is { } byName
            ? new AgentSearch.Found(byName)
            : new AgentSearch.None();
    }

    private Task<AgentChange> MoveAsync(
        long id,
        AgentStatus status,
        Editor editor,
        string action,
        CancellationToken cancellationToken
    ) =>
        ChangeFieldsAsync(
            id,
            editor,
            action,
            hand =>
            {
                var (agent, now) = (hand.Agent, hand.Now);
                if (AgentStatuses.WhyNot(agent.Status, status) is { } why)
                {
                    return new AgentChange.Refused(why);
                }
                if (agent.Status != status)
                {
                    agent.Status = status;
                    AgentChanges.Schedule(agent, AgentConfig.Read(agent.Config, now, out _)?.Schedule, now);
                }
                return null;
            },
            cancellationToken
        );

    private Task<AgentChange> ChangeFieldsAsync(
        long id,
        Editor editor,
        string action,
        Func<AgentInHand, AgentChange?> change,
        CancellationToken cancellationToken
    ) => _changes.ApplyAsync(id, editor, action, hand => Task.FromResult(change(hand)), cancellationToken);

    private static IQueryable<Agent> Living(ProductDb db) =>
        db.Agents.AsNoTracking().Where(agent => agent.DeletedAt == null);

    private static IQueryable<VersionedAgent> WithVersions(ProductDb db, IQueryable<Agent> agents) =>
        from agent in agents
        join version in db.AgentVersions.AsNoTracking() on agent.VersionId equals version.Id into versions
        from version in versions.DefaultIfEmpty()
        select new VersionedAgent(agent, version);

    // A creation loses nothing: what a model worked on for minutes is stored, and held back.
    private async Task SettleRisksAsync(
        ProductDb db,
        Agent agent,
        NewAgent given,
        JsonObject details,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var grant = RiskRule.GrantOf(agent);
        if (await RiskRule.OpenAsync(db, agent, grant, findRisks, cancellationToken) is not { } open)
        {
            return;
        }
        if (given.AcceptsRisks)
        {
            agent.AcceptedRisks = new AcceptedRisks(given.CreatedBy, now, grant);
            details["accepted_risks"] = RiskRule.Line(open);
        }
        else if (agent.Status == AgentStatus.Active)
        {
            agent.Status = AgentStatus.Paused;
        }
    }

    private static NewVersion FirstVersion(NewAgent given) =>
        new()
        {
            Code = given.Code,
            Tests = given.Tests,
            Manifest = given.Manifest,
            Hash = given.Hash,
            Origin = given.Origin,
            Proved = given.Status != AgentStatus.Draft,
        };
}
