using System.Text.Json.Nodes;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation;
using Project38.Server.Api;
using Project38.Server.Http;

namespace Project38.Server.Agents;

/// <summary>Makes agents by the factory and stores them: proved ones with their grant, others as drafts with findings.</summary>
internal sealed class AgentMaker(AgentFactory factory, AgentRegister agents, RequestChecks checks)
{
    private const string Somebody = "user";

    /// <summary>Checks a request at once, and gives what makes the agent.</summary>
    /// <exception cref="ProblemException">A field is wrong; all are named.</exception>
    public MakeAgent Prepare(CreateAgentRequest request)
    {
        var config = checks.Config(request.Config, request.Timezone);
        var folders = checks.Folders(request.Folders);
        checks.ThrowIfAny();

        var brief = new AgentBrief(
            request.Description!.Trim(),
            request.Name?.Trim(),
            request.Timezone ?? "UTC",
            request.CreatedBy ?? Somebody
        );
        return async (progress, cancellationToken) =>
        {
            var result = await factory.FromBriefAsync(
                brief,
                request.StrictValidation ?? true,
                new Steps(progress),
                cancellationToken
            );
            var wish = new StoreWish(brief.Name, brief.Description, brief.CreatedBy, config, folders, request.Status);
            return await StoreAsync(result, wish, cancellationToken);
        };
    }

    /// <summary>Makes an agent of a program that somebody wrote.</summary>
    public async Task<CreatedAgentResponse> ImportAsync(ImportAgentRequest request, CancellationToken cancellationToken)
    {
        var config = checks.Config(request.Config, timezone: null);
        var folders = checks.Folders(request.Folders);
        checks.ThrowIfAny();

        var result = await factory.FromProgramAsync(
            request.Code!,
            request.Tests,
            request.Name?.Trim(),
            AsObject(config),
            request.StrictValidation ?? true,
            new Steps(_ => { }),
            cancellationToken
        );
        var description = string.IsNullOrWhiteSpace(request.Description)
            ? "A program somebody wrote."
            : request.Description;
        var wish = new StoreWish(
            request.Name?.Trim(),
            description,
            request.CreatedBy ?? Somebody,
            config,
            folders,
            request.Status
        );
        return await StoreAsync(result, wish, cancellationToken);
    }

    /// <summary>Gives an agent a new program, once it is proved; until then nothing changes.</summary>
    public async Task ReplaceAsync(
        VersionedAgent current,
        UpdateAgentRequest request,
        string? config,
        string who,
        CancellationToken cancellationToken
    )
    {
        var result = await factory.FromProgramAsync(
            request.Code!,
            request.Tests,
            current.Agent.Name,
            AsObject(config ?? current.Agent.Config),
            request.StrictValidation ?? true,
            new Steps(_ => { }),
            cancellationToken
        );
        if (result is not FactoryResult.Proved proved)
        {
            throw FactoryProblem.Of(result, "Nothing was changed.", agentId: null);
        }

        var version = new NewVersion
        {
            Code = proved.Agent.Code,
            Tests = proved.Agent.Tests,
            Manifest = proved.Report.Manifest,
            Grant = proved.Report.Manifest with { Folders = current.Agent.Grant.Folders },
            Hash = proved.Hash,
            Origin = "edit",
        };
        AgentsApi.Done(
            current.Agent.Id,
            await agents.AddVersionAsync(current.Agent.Id, version, who, cancellationToken)
        );
    }

    private async Task<CreatedAgentResponse> StoreAsync(
        FactoryResult result,
        StoreWish wish,
        CancellationToken cancellationToken
    )
    {
        switch (result)
        {
            case FactoryResult.Proved proved:
                var status = wish.Status == "paused" ? AgentStatus.Paused : AgentStatus.Active;
                var stored = await StoreAsync(
                    proved.Agent,
                    proved.Report.Manifest,
                    proved.Hash,
                    status,
                    wish,
                    cancellationToken
                );
                return new CreatedAgentResponse(stored)
                {
                    GenerationCost = 0,
                    Iterations = 1,
                    TokensUsed = 0,
                    Understood = proved.Agent.Understood,
                    Findings = [.. proved.Report.Findings.Concat(proved.Trial.Findings).Select(Wire.Of)],
                    TestsPassed = proved.Trial.Passed,
                };
            case FactoryResult.NotProved failed:
                var draft = await StoreAsync(
                    failed.Agent,
                    failed.Report.Manifest,
                    failed.Hash,
                    AgentStatus.Draft,
                    wish,
                    cancellationToken
                );
                throw FactoryProblem.Of(result, $"It was kept as draft {draft.Id}, which never runs.", draft.Id);
            default:
                throw FactoryProblem.Of(result, "Nothing was kept.", agentId: null);
        }
    }

    private async Task<AgentResponse> StoreAsync(
        GeneratedAgent made,
        Manifest manifest,
        string hash,
        AgentStatus status,
        StoreWish wish,
        CancellationToken cancellationToken
    )
    {
        var agent = new NewAgent
        {
            Name = wish.Name ?? made.Name,
            Description = wish.Description,
            Status = status,
            Config = AgentConfig.Merge(made.Config.ToJsonString(), wish.Config),
            Code = made.Code,
            Tests = made.Tests,
            Manifest = manifest,

            // Whoever asked is shown this in plain words, and it is theirs to narrow.
            Grant = status == AgentStatus.Draft ? Manifest.Empty : manifest with { Folders = wish.Folders },
            Hash = hash,
            Origin = made.Origin,
            CreatedBy = wish.CreatedBy,
        };
        return Wire.Of(AgentsApi.Done(0, await agents.CreateAsync(agent, cancellationToken)));
    }

    private static JsonObject AsObject(string? config) => config is null ? [] : JsonNode.Parse(config)!.AsObject();

    private sealed record StoreWish(
        string? Name,
        string Description,
        string CreatedBy,
        string? Config,
        IReadOnlyList<FolderGrant> Folders,
        string? Status
    );

    // Not Progress<T>, which posts to the pool and may turn the order round.
    private sealed class Steps(Action<ProgressResponse> tell) : IProgress<FactoryProgress>
    {
        public void Report(FactoryProgress value) =>
            tell(new ProgressResponse(value.Step, value.Text, value.Took.TotalSeconds));
    }
}
