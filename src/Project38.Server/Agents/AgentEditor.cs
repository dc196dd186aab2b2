using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.History;
using Project38.Server.Api;
using Project38.Server.Http;

namespace Project38.Server.Agents;

/// <summary>Changes agents by the factory, in words: a proved version, proposed or current, and what it changes.</summary>
internal sealed class AgentEditor(
    AgentFactory factory,
    AgentRegister agents,
    VersionRegister versions,
    MakingHistory history,
    RequestChecks checks,
    Storing storing
)
{
    /// <summary>Checks a request at once, and gives what makes a version of its wish.</summary>
    /// <exception cref="ProblemException">A field is wrong, or the agent has nothing to change; all is named.</exception>
    public MakeAgent OfWish(VersionedAgent current, EditAgentRequest request)
    {
        var (agent, wish) = (current.Agent, request.Wish!.Trim());
        checks.Config(given: null, request.Timezone);
        checks.Wish(agent.Description, wish);
        checks.Names(name: null, request.CreatedBy);
        checks.ThrowIfAny();
        var version =
            current.Version
            ?? throw new ProblemException(
                StatusCodes.Status409Conflict,
                $"Agent {agent.Id} has no program yet. Give it one: PUT /api/agents/{agent.Id} with 'code'."
            );

        var existing = ExistingAgent.Of(agent, version) with { Wish = wish };
        var brief = new AgentBrief(
            GrownBrief.Of(agent.Description, wish),
            agent.Name,
            existing.Config.ContainsKey("timezone") ? agent.TimeZone : request.Timezone ?? "UTC",
            request.CreatedBy ?? AgentMaker.Somebody,
            Existing: existing
        );
        return async (progress, cancellationToken) =>
        {
            var result = await factory.FromBriefAsync(
                brief,
                request.StrictValidation ?? true,
                new AgentMaker.Steps(progress),
                cancellationToken
            );
            var edit = await storing.StoreAsync(
                result.Making,
                token => StoreAsync(current, version, brief, result, request, token),
                cancellationToken
            );
            return new Made(Agent: null, edit);
        };
    }

    private async Task<EditResponse> StoreAsync(
        VersionedAgent from,
        AgentVersion before,
        AgentBrief brief,
        FactoryResult result,
        EditAgentRequest request,
        CancellationToken cancellationToken
    )
    {
        var (id, wish) = (from.Agent.Id, brief.Existing!.Wish);
        if (result is not FactoryResult.Proved proved || brief.Existing.IsLike(proved.Agent))
        {
            if (result.Making.Attempts.Count > 0)
            {
                await history.AddAsync(
                    from.Agent,
                    MakingKind.Edit,
                    wish,
                    result.Making,
                    brief.CreatedBy,
                    cancellationToken
                );
            }

            throw result is FactoryResult.Proved
                ? new ProblemException(
                    StatusCodes.Status409Conflict,
                    "Nothing was changed: what came of the wish is the agent as it is. Say it with other words."
                )
                : FactoryProblem.Of(result, "Nothing was changed, and the attempts are kept in the history.", null);
        }

        var given = proved.ToVersion() with
        {
            MadeFrom = before.Number,
            Wish = wish,
            Config = proved.Agent.Config.ToJsonString(),
            BaseConfig = from.Agent.Config,
            Activate = request.Activate ?? false,
            Beside = MakingHistory.Beside(MakingKind.Edit, wish, proved.Making),
        };
        var editor = new Editor(brief.CreatedBy) { AcceptsRisks = request.AcceptRisks ?? false };
        var number = await versions.AddAsync(id, given, editor, cancellationToken) switch
        {
            AgentChange.Kept kept when !given.Activate => kept.Version.Number,
            var change => AgentsApi.Done(id, change).Version!.Number,
        };
        return await AnswerAsync(id, before.Number, number, proved, cancellationToken);
    }

    private async Task<EditResponse> AnswerAsync(
        long id,
        int before,
        int number,
        FactoryResult.Proved proved,
        CancellationToken cancellationToken
    )
    {
        var agent = await agents.ReadAsync(id, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id);
        var first = await versions.ReadAsync(id, before, cancellationToken);
        var second = await versions.ReadAsync(id, number, cancellationToken);
        return first is null || second is null
            ? throw AgentsApi.NoSuchAgent(id)
            : new EditResponse
            {
                Agent = Wire.Of(agent),
                Version = Wire.Of(second),
                Diff = VersionsApi.Compare(id, first, second),
                Understood = proved.Agent.Understood,
                Findings = [.. proved.Report.Findings.Concat(proved.Trial.Findings).Select(Wire.Of)],
                TestsPassed = proved.Trial.Passed,
                OldTestsHeld = proved.OldTests?.Held ?? [],
                OldTestsFailed = proved.OldTests?.Failed ?? [],
                GenerationCost = proved.Making.Cost,
                Iterations = proved.Making.Iterations,
                TokensUsed = proved.Making.Usage.Total,
            };
    }
}
