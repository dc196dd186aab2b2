using ModelContextProtocol.Server;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;
using Project38.Server.Agents;
using Project38.Server.Api;
using Project38.Server.Http;

namespace Project38.Server.McpEndpoint;

/// <summary>Agents: made, listed, explained, changed, deleted. Each tool does what its route does.</summary>
internal static class AgentTools
{
    private const int Lately = 5;

    /// <summary>All of them.</summary>
    public static IEnumerable<McpServerTool> All =>
        [
            new PlatformTool<CreateAgentArguments, CreatedAgentResponse>(
                "create_agent",
                "Make an autonomous agent of a sentence. The platform writes its program, checks and tries it, and runs it on "
                    + "its schedule day and night. Takes seconds, with a model up to minutes; tells of each step. A refusal names "
                    + "what has to be known first: ask the person, and call again with a fuller sentence. Its answer says what was "
                    + "understood and what the agent may do ('grants'): show both to the person. Where 'paused_because' is not null, show that "
                    + "too: it is paused, and only the person can say yes to it, by what it names and not by a tool of yours.",
                ToolEffect.Adds,
                WireJson.Types.CreatedAgentResponse,
                CreateAsync
            ),
            new PlatformTool<ImportAgentArguments, CreatedAgentResponse>(
                "import_agent",
                "Make an agent of a Python program that somebody wrote. It is checked and tried as if the platform had written it.",
                ToolEffect.Adds,
                WireJson.Types.CreatedAgentResponse,
                ImportAsync
            ),
            new PlatformTool<ListAgentsArguments, AgentsAnswer>(
                "list_agents",
                "List agents, newest first, without their programs.",
                ToolEffect.Reads,
                McpJson.Default.AgentsAnswer,
                ListAsync
            ),
            new PlatformTool<AgentArguments, AgentExplanation>(
                "get_agent",
                "Explain an agent: its brief, its program and tests, what it may do in plain words, its versions, and how its "
                    + "last tasks went.",
                ToolEffect.Reads,
                McpJson.Default.AgentExplanation,
                ExplainAsync
            ),
            new PlatformTool<EditAgentArguments, EditResponse>(
                "edit_agent",
                "Change what an agent does, in words. The answer has the proved new version, the difference, and what it may do "
                    + "more than before. It does not run until activate_version, unless 'activate' is true.",
                ToolEffect.Adds,
                WireJson.Types.EditResponse,
                EditAsync
            ),
            new PlatformTool<ActivateVersionArguments, AgentResponse>(
                "activate_version",
                "Approve a proposed version: it runs from now on, with what it may do. Call it only after a person said yes to "
                    + "the difference.",
                ToolEffect.Adds,
                WireJson.Types.AgentResponse,
                ActivateAsync
            ),
            new PlatformTool<SetAgentStatusArguments, AgentResponse>(
                "set_agent_status",
                "Pause, stop or resume an agent's schedule. Runs that have begun end as they would. One that reads private data, reads what "
                    + "strangers wrote and could send it out becomes active only by a person's own yes, which is not yours to give.",
                ToolEffect.Adds,
                WireJson.Types.AgentResponse,
                SetStatusAsync
            ),
            new PlatformTool<AgentArguments, DeletedAnswer>(
                "delete_agent",
                "Delete an agent; the ledger of what it did stays. Call it only when a person asked for it.",
                ToolEffect.Destroys,
                McpJson.Default.DeletedAnswer,
                DeleteAsync
            ),
        ];

    private static async Task<CreatedAgentResponse> CreateAsync(
        PlatformCall call,
        CreateAgentArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var request = new CreateAgentRequest
        {
            Description = arguments.Description,
            Name = arguments.Name,
            Timezone = arguments.Timezone,
            Config = arguments.Config,
            Folders = arguments.Folders,
            Status = arguments.Status,
        };
        var make = call.Get<AgentMaker>().OfSentence(StrictRequest.Checked(request));
        return (await make(call.Tell, cancellationToken)).Agent!;
    }

    private static async Task<CreatedAgentResponse> ImportAsync(
        PlatformCall call,
        ImportAgentArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var request = new ImportAgentRequest
        {
            Code = arguments.Code,
            Tests = arguments.Tests,
            Name = arguments.Name,
            Description = arguments.Description,
            Config = arguments.Config,
            Status = arguments.Status,
        };
        var make = call.Get<AgentMaker>().OfProgram(StrictRequest.Checked(request));
        return (await make(call.Tell, cancellationToken)).Agent!;
    }

    private static async Task<AgentsAnswer> ListAsync(
        PlatformCall call,
        ListAgentsArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var filter = new AgentFilter
        {
            Status = arguments.Status is { } status ? SnakeCase.Parse<AgentStatus>(status) : null,
            Limit = arguments.Most(),
            Offset = arguments.PassedOver(),
        };
        var page = await call.Get<AgentRegister>().ListAsync(filter, cancellationToken);
        return new AgentsAnswer(
            [
                .. page.Agents.Select(one => new AgentLine(
                    one.Agent.Id,
                    one.Agent.Name,
                    one.Agent.Description,
                    one.Agent.Status.ToSnakeCase(),
                    one.Agent.Cron,
                    one.Agent.TimeZone,
                    one.Agent.NextFire
                )),
            ],
            page.Total
        );
    }

    private static async Task<AgentExplanation> ExplainAsync(
        PlatformCall call,
        AgentArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var agent = await FindAsync(call, arguments.AgentId!.Value, cancellationToken);
        var versions = await call.Get<VersionRegister>()
            .ListAsync(agent.Agent.Id, limit: Lately, offset: 0, cancellationToken);
        var tasks = await call.Get<TaskBook>()
            .ListAsync(new TaskFilter { AgentId = agent.Agent.Id, Limit = Lately }, cancellationToken);
        return new AgentExplanation(
            Wire.Of(agent),
            [.. versions?.Versions.Select(Wire.Of) ?? []],
            [.. tasks.Tasks.Select(Wire.Of)]
        );
    }

    private static async Task<EditResponse> EditAsync(
        PlatformCall call,
        EditAgentArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var request = new EditAgentRequest
        {
            Wish = arguments.Wish,
            Timezone = arguments.Timezone,
            Activate = arguments.Activate,
        };
        var current = await FindAsync(call, arguments.AgentId!.Value, cancellationToken);
        var make = call.Get<AgentEditor>().OfWish(current, StrictRequest.Checked(request));
        return (await make(call.Tell, cancellationToken)).Edit!;
    }

    private static async Task<AgentResponse> ActivateAsync(
        PlatformCall call,
        ActivateVersionArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (id, version) = (arguments.AgentId!.Value, arguments.Version!.Value);
        return Wire.Of(
            AgentsApi.Done(
                id,
                await call.Get<VersionRegister>().ActivateAsync(id, version, call.Who, cancellationToken)
            )
        );
    }

    private static async Task<AgentResponse> SetStatusAsync(
        PlatformCall call,
        SetAgentStatusArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var id = arguments.AgentId!.Value;
        var edit = new AgentEdit { Status = SnakeCase.Parse<AgentStatus>(arguments.Status!) };
        return Wire.Of(
            AgentsApi.Done(id, await call.Get<AgentRegister>().EditAsync(id, edit, call.Who, cancellationToken))
        );
    }

    private static async Task<DeletedAnswer> DeleteAsync(
        PlatformCall call,
        AgentArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var id = arguments.AgentId!.Value;
        AgentsApi.Done(id, await call.Get<AgentRegister>().DeleteAsync(id, call.Who, cancellationToken));
        return new DeletedAnswer(id);
    }

    private static async Task<VersionedAgent> FindAsync(
        PlatformCall call,
        long id,
        CancellationToken cancellationToken
    ) => await call.Get<AgentRegister>().ReadAsync(id, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id);
}
