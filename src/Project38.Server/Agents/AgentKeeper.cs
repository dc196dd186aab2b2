using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.History;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Server.Api;
using Project38.Server.Http;

namespace Project38.Server.Agents;

/// <summary>What a request says of the agent it asks for, beside its program and config.</summary>
/// <param name="Name">Null: the factory's.</param>
/// <param name="Description">Shown to people.</param>
/// <param name="CreatedBy">Who asks.</param>
/// <param name="Folders">Host folders to grant.</param>
/// <param name="Status"><c>paused</c>, or null: active.</param>
/// <param name="AcceptsRisks">Whether a person says yes to what it holds.</param>
internal sealed record AgentWish(
    string? Name,
    string Description,
    string CreatedBy,
    IReadOnlyList<FolderGrant> Folders,
    string? Status,
    bool AcceptsRisks
);

/// <summary>Stores what the factory made: proved agents with their grant, others as drafts that never run.</summary>
internal sealed class AgentKeeper(
    AgentRegister agents,
    VersionRegister versions,
    EgressPolicy egress,
    ChannelBook channels,
    Storing storing
)
{
    /// <summary>Stores a new agent.</summary>
    /// <exception cref="ProblemException">It is not proved; the problem has the findings, and the draft if one was kept.</exception>
    public Task<CreatedAgentResponse> KeepAsync(
        FactoryResult result,
        AgentWish wish,
        MakingKind kind,
        CancellationToken cancellationToken
    ) => storing.StoreAsync(result.Making, token => StoreAsync(result, wish, kind, token), cancellationToken);

    /// <summary>Adds a version to an agent, with the grants that the version needs and the folders the agent has.</summary>
    /// <exception cref="ProblemException">It is not proved, the agent is gone, or another version became current meanwhile.</exception>
    public async Task<VersionedAgent> AddVersionAsync(
        VersionedAgent current,
        FactoryResult result,
        Editor editor,
        CancellationToken cancellationToken
    )
    {
        if (result is not FactoryResult.Proved proved)
        {
            throw FactoryProblem.Of(result, "Nothing was changed.", agentId: null);
        }

        var agent = current.Agent;
        var version = proved.ToVersion() with
        {
            Origin = "edit",
            MadeFrom = current.Version?.Number,
            Beside = MakingHistory.Beside(MakingKind.Replace, asked: null, result.Making),
        };
        return AgentsApi.Done(agent.Id, await versions.AddAsync(agent.Id, version, editor, cancellationToken));
    }

    private async Task<CreatedAgentResponse> StoreAsync(
        FactoryResult result,
        AgentWish wish,
        MakingKind kind,
        CancellationToken cancellationToken
    )
    {
        var beside = MakingHistory.Beside(kind, kind == MakingKind.Create ? wish.Description : null, result.Making);
        switch (result)
        {
            case FactoryResult.Proved proved:
                var status = wish.Status == "paused" ? AgentStatus.Paused : AgentStatus.Active;

                // Whoever asked is shown this in plain words, and it is theirs to narrow.
                var grant = proved.Report.Manifest with
                {
                    Folders = wish.Folders,
                };
                var stored = await StoreAsync(
                    NewAgent(proved.Agent, proved.Report.Manifest, proved.Hash, wish, status, grant, beside),
                    cancellationToken
                );
                var agent = Wire.Of(stored);
                return new CreatedAgentResponse(agent)
                {
                    GenerationCost = proved.Making.Cost,
                    Iterations = proved.Making.Iterations,
                    TokensUsed = proved.Making.Usage.Total,
                    Understood = proved.Agent.Understood,
                    Findings = [.. proved.Report.Findings.Concat(proved.Trial.Findings).Select(Wire.Of)],
                    TestsPassed = proved.Trial.Passed,
                    PausedBecause =
                        stored.Agent.Status == status ? null : RiskProblem.PausedBecause(agent.Id, stored.Risks),
                    Grants = [.. await RefusedAsync(grant, cancellationToken), .. agent.Grants],
                };
            case FactoryResult.NotProved failed when CanBeKept(failed):
                var draft = await StoreAsync(
                    NewAgent(
                        failed.Agent,
                        failed.Report.Manifest,
                        failed.Hash,
                        wish,
                        AgentStatus.Draft,
                        Manifest.Empty,
                        beside
                    ),
                    cancellationToken
                );
                throw FactoryProblem.Of(
                    result,
                    $"It was kept as draft {draft.Agent.Id}, which never runs. PUT /api/agents/{draft.Agent.Id} with 'code' mends "
                        + $"it; DELETE /api/agents/{draft.Agent.Id} (p38 delete {draft.Agent.Id}) throws it away.",
                    draft.Agent.Id
                );
            default:
                throw FactoryProblem.Of(result, "Nothing was kept.", agentId: null);
        }
    }

    // A draft is there to be corrected; what is too large to be read is no start for that.
    private static bool CanBeKept(FactoryResult.NotProved failed) =>
        failed.Report.Findings.All(finding => finding.Rule != "size");

    private static NewAgent NewAgent(
        GeneratedAgent made,
        Manifest manifest,
        string hash,
        AgentWish wish,
        AgentStatus status,
        Manifest grant,
        BesideVersion beside
    ) =>
        new()
        {
            Name = wish.Name ?? made.Name,
            Description = wish.Description,
            Status = status,
            Config = made.Config.ToJsonString(),
            Code = made.Code,
            Tests = made.Tests,
            Manifest = manifest,
            Grant = grant,
            Hash = hash,
            Origin = made.Origin,
            CreatedBy = wish.CreatedBy,
            AcceptsRisks = wish.AcceptsRisks,
            Beside = beside,
        };

    // Before its first run, not in the report of a site that is down.
    private async Task<IEnumerable<string>> RefusedAsync(Manifest grant, CancellationToken cancellationToken)
    {
        var hosts = egress
            .Unreachable(grant.Hosts)
            .Select(host =>
                $"warning: {host} is a private address, and every call to it will be refused, unless whoever runs the "
                + "service lists it with its port in P38_ALLOWED_PRIVATE_HOSTS"
            );
        var known = (await channels.ListAsync(cancellationToken)).Select(channel => channel.Name);
        var unknown = grant
            .Channels.Except([.. known, ChannelName.Inbox])
            .Select(name =>
                $"warning: nobody has set up the channel {name}, and every message to it will be refused until somebody "
                + $"does: p38 channels set {name}"
            );
        return hosts.Concat(unknown);
    }

    private async Task<VersionedAgent> StoreAsync(NewAgent agent, CancellationToken cancellationToken) =>
        AgentsApi.Done(0, await agents.CreateAsync(agent, cancellationToken));
}
