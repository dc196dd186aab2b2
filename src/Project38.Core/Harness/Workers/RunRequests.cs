using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Project38.Core.Agents;
using Project38.Core.Agents.Risks;
using Project38.Core.Budgets;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Handoffs;
using Project38.Core.Harness.Approvals;
using Project38.Core.Harness.Queue;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools;
using Project38.Core.Tools.Approvals;
using Project38.Sandbox;

namespace Project38.Core.Harness.Workers;

/// <summary>A task that is ready to run, or that cannot be.</summary>
/// <param name="Agent">Its agent, now.</param>
/// <param name="VersionId">The version that runs.</param>
/// <param name="Request">What to run.</param>
/// <param name="RetryBackoff">Wait before the first retry.</param>
/// <param name="Refusal">Null; or how a run that must not begin has ended.</param>
internal sealed record PreparedRun(
    Agent Agent,
    long VersionId,
    RunRequest Request,
    TimeSpan RetryBackoff,
    RunResult? Refusal
)
{
    /// <summary>Whether its record is kept after its end.</summary>
    public bool KeepsRecord { get; init; }

    /// <summary>Whether it must not begin because nobody said yes to what it holds.</summary>
    public bool LacksYes { get; init; }

    /// <summary>The end of this run.</summary>
    public EndedRun End(ClaimedTask claim, RunResult result, TimeSpan took) =>
        new()
        {
            Claim = claim,
            Agent = Agent,
            VersionId = VersionId,
            WentOn = Request.Recording is { Calls.Calls.Count: > 0 },
            KeepsRecord = KeepsRecord,
            LacksYes = LacksYes,
            RunNumber = Request.RunNumber,
            Result = result,
            RetryBackoff = RetryBackoff,
            Took = took,
        };
}

/// <summary>Puts together what one run needs: agent, current version, grant, handoff, and the config of this task.</summary>
internal sealed class RunRequests(
    IDbContextFactory<ProductDb> databases,
    BudgetBook budgets,
    AskedTasks asked,
    FindRisks risks,
    TimeProvider time,
    ILogger<RunBudget> logger
)
{
    // One round trip, translated once.
    private readonly Func<ProductDb, long, CancellationToken, Task<Found?>> _read = EF.CompileAsyncQuery(
        (ProductDb db, long id, CancellationToken _) =>
            db.Set<Agent>()
                .AsNoTracking()
                .Where(agent => agent.Id == id && agent.DeletedAt == null)
                .Join(
                    db.Set<AgentVersion>().AsNoTracking(),
                    agent => agent.VersionId,
                    version => (long?)version.Id,
                    (agent, version) => new { agent, version }
                )
                .LeftJoin(
                    db.Set<HandoffRow>()
                        .AsNoTracking()
                        .Where(row => row.AgentId == id)
                        .OrderByDescending(row => row.RunNumber)
                        .Take(1),
                    found => found.agent.Id,
                    row => row.AgentId,
                    (found, newest) =>
                        new Found(
                            found.agent,
                            found.version,
                            newest,
                            db.Set<AgentRun>().Where(run => run.AgentId == id).Max(run => (int?)run.Number)
                        )
                )
                .SingleOrDefault()
    );

    /// <summary>Reads it all.</summary>
    /// <returns>Null when the agent was deleted.</returns>
    public async Task<PreparedRun?> PrepareAsync(
        ClaimedTask claim,
        IRunLease lease,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        var found = await _read(db, claim.AgentId, cancellationToken);
        if (found is null)
        {
            return null;
        }
        var (agent, version) = (found.Agent, found.Version);
        // Nobody else takes this number meanwhile: an agent has one task running at most.
        var number = 1 + (found.LastRun ?? 0);
        var now = claim.ClaimedAt;

        var json = AgentConfig.Merge(agent.Config, claim.Config);
        var config = AgentConfig.Read(json, now, out var problems);
        var keeps = config is { Record: true } && !claim.DryRun;
        var grant = agent.Grant.NarrowedTo(config?.Tools);
        var request = new RunRequest
        {
            AgentId = agent.Id,
            TeamId = agent.TeamId,
            TaskId = claim.TaskId,
            Code = version.Code,
            Config = JsonElement.Parse(AgentConfig.Merge(json, await GivenAsync(db, claim, cancellationToken))),
            Grant = grant,
            Handoff = await HandoffStore.ReadAsync(db, found.Newest, number, now, cancellationToken),
            RunNumber = number,
            Limits = LimitsOf(config ?? new AgentConfig()),
            Python = config?.Python,
            Lease = lease,
            ToolRules = config?.ToolRules ?? [],
            Budget = BudgetOf(agent, claim, config ?? new AgentConfig()),
            Clock = claim.Clock,
            DryRun = claim.DryRun,
            Recording = keeps || (!claim.DryRun && grant.Tools.Contains(ApprovalTools.Ask)) ? RunRecording.New() : null,
        };
        // Whatever door let it come so far: no program begins that holds all three without a yes.
        var open = await RiskRule.OpenAsync(db, agent, grant, risks, cancellationToken);
        var refusal =
            config is null
                ? NotRun(
                    $"Its config is not usable. {string.Join(" ", problems.Select(problem => problem.Message))}",
                    retry: false
                )
            : open is not null ? NotRun(RiskWords.NotRun(agent.Id, open), retry: false)
            : null;
        var prepared = new PreparedRun(agent, version.Id, request, config?.RetryBackoff ?? TimeSpan.Zero, refusal)
        {
            KeepsRecord = keeps,
            LacksYes = open is not null,
        };
        // A task that was never claimed before goes on from nothing.
        return claim.Fence > 1 ? await GoOnAsync(db, prepared, cancellationToken) : prepared;
    }

    // What the program sees is as it was when it asked; what it may do is as it is now.
    private async Task<PreparedRun> GoOnAsync(ProductDb db, PreparedRun prepared, CancellationToken cancellationToken)
    {
        OpenedRecord? record;
        try
        {
            record = await asked.FindAsync(db, prepared.Request.TaskId, cancellationToken);
        }
        catch (SecretException exception)
        {
            // Another node may have the key.
            return prepared with { Refusal = NotRun(exception.Message, retry: true) };
        }
        catch (InvalidDataException exception)
        {
            return prepared with { Refusal = NotRun($"{exception.Message} Start it anew: p38 retry", retry: false) };
        }
        if (record is null)
        {
            return prepared;
        }

        var version = await db
            .AgentVersions.AsNoTracking()
            .SingleAsync(one => one.Id == record.Row.VersionId, cancellationToken);
        var given = record.Run.Given;
        return prepared with
        {
            VersionId = version.Id,
            Request = prepared.Request with
            {
                Code = version.Code,
                Config = given.Config,
                Handoff = given.Handoff,
                RunNumber = given.RunNumber,
                Clock = given.Clock,
                Recording = RunRecording.Of(record.Run, live: true),
            },
        };
    }

    /// <summary>The end of a run that never began.</summary>
    public static RunResult NotRun(string error, bool retry) =>
        new RunResult.Failed(error, retry) { Trace = RunTrace.None };

    // Laid over the config once that was read, for it may be larger than any config.
    private static async Task<string?> GivenAsync(
        ProductDb db,
        ClaimedTask claim,
        CancellationToken cancellationToken
    ) =>
        claim.Trigger is TaskTrigger.Schedule or TaskTrigger.Manual
            ? null
            : (
                await db.TaskInputs.AsNoTracking().SingleAsync(input => input.TaskId == claim.TaskId, cancellationToken)
            ).ToConfig();

    private RunBudget BudgetOf(Agent agent, ClaimedTask claim, AgentConfig config) =>
        new(
            new RunBudget.Source
            {
                Book = budgets,
                Budget = config.Budget,
                Zone = TimeZoneInfo.FindSystemTimeZoneById(config.Schedule?.TimeZone ?? "UTC"),
                TeamId = agent.TeamId,
                AgentId = agent.Id,
                TaskId = claim.TaskId,
                Logger = logger,
                Time = time,
            }
        );

    private static SandboxLimits LimitsOf(AgentConfig config) =>
        new()
        {
            MemoryBytes = config.MemoryMb * 1024L * 1024L,
            CpuPercent = config.CpuPercent,
            Timeout = config.Timeout,
        };

    /// <summary>What is read of an agent that is there.</summary>
    /// <param name="Agent">It.</param>
    /// <param name="Version">The one it points at.</param>
    /// <param name="Newest">What its latest run left.</param>
    /// <param name="LastRun">The number of its latest run.</param>
    private sealed record Found(Agent Agent, AgentVersion Version, HandoffRow? Newest, int? LastRun);
}
