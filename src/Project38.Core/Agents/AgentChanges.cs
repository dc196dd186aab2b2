using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents.Risks;
using Project38.Core.Audit;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>One change of an agent, while its row is locked.</summary>
/// <param name="Db">Saved and committed when the change was made.</param>
/// <param name="Agent">The agent, not deleted.</param>
/// <param name="Now">By the database's clock.</param>
/// <param name="Editor">Who changes it.</param>
/// <param name="FindRisks">Says what a grant holds.</param>
internal sealed record AgentInHand(ProductDb Db, Agent Agent, DateTimeOffset Now, Editor Editor, FindRisks FindRisks)
{
    /// <summary>More for the audit's line; never a secret.</summary>
    public JsonObject? Details { get; set; }

    /// <summary>What the audit calls it, where that shows only on the way.</summary>
    public string? Action { get; set; }

    /// <summary>Gives it a config that was read; the next fire is another only where the schedule is.</summary>
    public void SetConfig(string json, AgentConfig config)
    {
        var moved = AgentConfig.Read(Agent.Config, Now, out _)?.Schedule != config.Schedule;
        AgentChanges.SetConfig(Agent, json, config);

        // A fire that is due and has no line in the ledger yet must not be skipped by a change of something else.
        if (moved)
        {
            AgentChanges.Schedule(Agent, config.Schedule, Now);
        }
    }

    /// <summary>What nobody has said yes to, of what a grant holds; null: nothing, or who changes it does now.</summary>
    public async Task<HeldRisks?> OpenRisksAsync(Manifest grant, CancellationToken cancellationToken) =>
        Editor.AcceptsRisks ? null : await RiskRule.OpenAsync(Db, Agent, grant, FindRisks, cancellationToken);

    /// <summary>Takes the yes to what it holds now, and drops one that was said to something else.</summary>
    /// <returns>Null; or why it may not stand so.</returns>
    public async Task<AgentChange?> SettleRisksAsync(CancellationToken cancellationToken)
    {
        var grant = RiskRule.GrantOf(Agent);
        var held = await FindRisks(Db, grant, cancellationToken);
        if (held.AreAll && Agent.AcceptedRisks?.Covers(grant) == true)
        {
            return null;
        }

        Agent.AcceptedRisks = null;
        if (held.AreAll && Editor.AcceptsRisks)
        {
            Agent.AcceptedRisks = new AcceptedRisks(Editor.Who, Now, grant);
            (Details ??= [])["accepted_risks"] = RiskRule.Line(held);
        }
        return held.AreAll && Agent is { AcceptedRisks: null, Status: AgentStatus.Active }
            ? new AgentChange.Unaccepted(held)
            : null;
    }
}

/// <summary>How agents change: under a lock, with a line in the audit, in one commit.</summary>
internal sealed class AgentChanges(ProductDbFactory databases, FindRisks findRisks)
{
    /// <summary>The agent under its lock, what to do with it, the audit's line, the commit.</summary>
    /// <param name="id">Which.</param>
    /// <param name="editor">Who changes it.</param>
    /// <param name="action">For the audit.</param>
    /// <param name="change">Gives null when it was made, else why not, and then nothing is.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public async Task<AgentChange> ApplyAsync(
        long id,
        Editor editor,
        string action,
        Func<AgentInHand, Task<AgentChange?>> change,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var agent = await LockAsync(db, id, cancellationToken);
        if (agent is null || agent.DeletedAt is not null)
        {
            return new AgentChange.NotFound();
        }
        if (!editor.Knows(agent))
        {
            return new AgentChange.Stale();
        }

        var seen = agent.UpdatedAt;
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var hand = new AgentInHand(db, agent, now, editor, findRisks);
        var outcome = await change(hand);
        if (outcome is not (null or AgentChange.Kept))
        {
            return outcome;
        }
        if (
            db.Entry(agent).Property(one => one.Follows).IsModified
            && await Following.WhyNotAsync(db, agent, cancellationToken) is { } why
        )
        {
            return new AgentChange.Invalid([why]);
        }
        if (outcome is null && await hand.SettleRisksAsync(cancellationToken) is { } unaccepted)
        {
            return unaccepted;
        }
        if (db.ChangeTracker.HasChanges())
        {
            // Each state has a time of its own, however coarse the clock: it is what an editor names the state by.
            agent.UpdatedAt = hand.Now > seen ? hand.Now : seen.AddMicroseconds(1);
            Record(db, agent, editor.Who, hand.Action ?? action, hand.Now, hand.Details);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        var version = await db.AgentVersions.SingleOrDefaultAsync(one => one.Id == agent.VersionId, cancellationToken);
        return outcome
            ?? new AgentChange.Done(await JudgedAsync(db, new VersionedAgent(agent, version), cancellationToken));
    }

    /// <summary>An agent with what it holds of the three risks.</summary>
    public async Task<VersionedAgent> JudgedAsync(
        ProductDb db,
        VersionedAgent agent,
        CancellationToken cancellationToken
    ) => agent with { Risks = await findRisks(db, RiskRule.GrantOf(agent.Agent), cancellationToken) };

    /// <summary>Gives an agent a config; its next fire is for the caller to set.</summary>
    public static void SetConfig(Agent agent, string json, AgentConfig config)
    {
        agent.Config = json;
        (agent.Cron, agent.TimeZone) = (config.Schedule?.Cron, config.Schedule?.TimeZone ?? "UTC");
        agent.Priority = config.Priority;
        agent.Labels = config.Labels.Count == 0 ? null : [.. config.Labels];
        (agent.ConcurrencyKey, agent.ConcurrencyLimit) = (config.Concurrency?.Key, config.Concurrency?.Limit);
        agent.Follows = Following.Text(config.After);
    }

    /// <summary>Sets the next fire: the first after now while the agent, which has its id, is active.</summary>
    public static void Schedule(Agent agent, Schedule? schedule, DateTimeOffset now)
    {
        agent.NextFire = agent.Status == AgentStatus.Active ? schedule?.For(agent.Id).NextAfter(now) : null;
        agent.UpdatedAt = now;
    }

    /// <summary>Adds the audit's line.</summary>
    public static void Record(
        ProductDb db,
        Agent agent,
        string who,
        string action,
        DateTimeOffset now,
        JsonObject? details
    ) => AuditTrail.Append(db, who, action, $"agent:{agent.Id}", now, details);

    // The scheduler moves next_fire of the same row meanwhile. A transaction of SQLite is alone as it is.
    private static async Task<Agent?> LockAsync(ProductDb db, long id, CancellationToken cancellationToken)
    {
        var agents = db.IsPostgres
            ? db.Agents.FromSql($"SELECT * FROM agents WHERE id = {id} FOR UPDATE")
            : db.Agents.Where(agent => agent.Id == id);
        return (await agents.ToListAsync(cancellationToken)).SingleOrDefault();
    }
}
