using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Storage;
using Project38.Server.Agents;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Agents: made from a sentence or a program, listed, changed, run, deleted.</summary>
internal static class AgentsApi
{
    private const string Cancelled = "The creation was cancelled, and no agent was made";

    /// <summary>Maps <c>/api/agents</c>.</summary>
    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        var agents = routes.MapGroup("/api/agents");
        Made(agents.MapPost("", CreateAsync)).Says("createAgent", "A sentence becomes an agent", Making);
        Made(agents.MapPost("/import", ImportAsync)).Says("importAgent", "A program becomes an agent", Making);
        agents
            .MapGet("", ListAsync)
            .Says(
                "listAgents",
                "Agents, newest first",
                new RouteFacts
                {
                    Query =
                    [
                        QueryParameter.Status<AgentStatus>(),
                        new QueryParameter("created_by", "string", "Only theirs."),
                    ],
                    Paged = true,
                }
            );
        agents.MapGet("/{id:long}", GetAsync).Says("getAgent", "One agent", new RouteFacts { Tagged = true });
        agents
            .MapPut("/{id:long}", UpdateAsync)
            .Says(
                "updateAgent",
                "Changes what is given; a program is proved first",
                new RouteFacts
                {
                    Tagged = true,
                    Guarded = true,
                    Refuses = [StatusCodes.Status409Conflict],
                }
            );
        agents
            .MapDelete("/{id:long}", DeleteAsync)
            .Says("deleteAgent", "Deletes an agent; its ledger stays", new RouteFacts { Guarded = true });
        Execution
            .Answers(agents.MapPost("/{id:long}/execute", ExecuteAsync))
            .Says("executeAgent", "Runs an agent now, and waits", new RouteFacts { Long = true });
    }

    /// <summary>The refusal of an agent that is not there.</summary>
    public static ProblemException NoSuchAgent(long id) =>
        new(StatusCodes.Status404NotFound, $"There is no agent {id}. GET /api/agents lists those there are.");

    private static RouteFacts Making => new() { Tagged = true, Long = true };

    private static RouteHandlerBuilder Made(RouteHandlerBuilder route) =>
        route
            .Produces<CreatedAgentResponse>(StatusCodes.Status201Created)
            .Produces<GenerationResponse>(StatusCodes.Status202Accepted);

    private static Task<IResult> CreateAsync(
        Body<CreateAgentRequest> body,
        AgentMaker maker,
        Generations generations,
        HttpContext context,
        CancellationToken cancellationToken
    ) => MadeAnswer.OfAsync(maker.OfSentence(body.Value), Cancelled, generations, context, cancellationToken);

    private static Task<IResult> ImportAsync(
        Body<ImportAgentRequest> body,
        AgentMaker maker,
        Generations generations,
        HttpContext context,
        CancellationToken cancellationToken
    ) => MadeAnswer.OfAsync(maker.OfProgram(body.Value), Cancelled, generations, context, cancellationToken);

    private static async Task<Ok<IReadOnlyList<AgentResponse>>> ListAsync(
        HttpContext context,
        AgentRegister agents,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(context.Request);
        var paging = Paging.Of(query);
        var filter = new AgentFilter
        {
            Status = query.OneOf<AgentStatus>("status"),
            CreatedBy = query.Text("created_by"),
            Limit = paging.Limit,
            Offset = paging.Offset,
        };
        query.ThrowIfWrong();

        var page = await agents.ListAsync(filter, cancellationToken);
        paging.Describe(context, page.Total);
        return TypedResults.Ok<IReadOnlyList<AgentResponse>>([.. page.Agents.Select(Wire.Of)]);
    }

    private static async Task<Ok<AgentResponse>> GetAsync(
        long id,
        AgentRegister agents,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var agent = await agents.ReadAsync(id, cancellationToken) ?? throw NoSuchAgent(id);
        return Tagged(agent, context);
    }

    private static async Task<Ok<AgentResponse>> UpdateAsync(
        long id,
        Body<UpdateAgentRequest> body,
        AgentRegister agents,
        AgentMaker maker,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var request = body.Value;
        var editor = AgentTag.EditorOf(context) with { AcceptsRisks = request.AcceptRisks ?? false };
        var current = await agents.ReadAsync(id, cancellationToken) ?? throw NoSuchAgent(id);
        var edit = new AgentEdit
        {
            Name = request.Name,
            Description = request.Description,
            Config = ConfigOf.Request(request.Config),
            Status = request.Status is null ? null : SnakeCase.Parse<AgentStatus>(request.Status),
        };
        if (request.Code is null && AgentMaker.ChangesPython(current, edit.Config))
        {
            // A program is proved with its packages: with others, it is proved anew, if not for its style.
            var (code, tests) = (current.Version!.Code, current.Version.Tests);
            request = request with { Code = code, Tests = tests, StrictValidation = request.StrictValidation ?? false };
        }
        if (request.Code is not null)
        {
            if (!editor.Knows(current.Agent))
            {
                throw AgentTag.Stale(id);
            }

            // The program first: a status that only a proved agent may have must find it proved.
            var replaced = await maker.ReplaceAsync(current, request, editor, cancellationToken);
            editor = editor.Seen is null ? editor : editor with { Seen = [replaced.Agent.UpdatedAt] };
        }
        return Tagged(Done(id, await agents.EditAsync(id, edit, editor, cancellationToken)), context);
    }

    private static async Task<NoContent> DeleteAsync(
        long id,
        AgentRegister agents,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        Done(id, await agents.DeleteAsync(id, AgentTag.EditorOf(context), cancellationToken));
        return TypedResults.NoContent();
    }

    private static Task<IResult> ExecuteAsync(
        long id,
        Body<ExecuteAgentRequest> body,
        Execution execution,
        HttpContext context,
        CancellationToken cancellationToken
    ) => execution.AnswerAsync(id, body.Value, context, cancellationToken);

    /// <summary>An agent as an answer, with the tag of its state.</summary>
    public static Ok<AgentResponse> Tagged(VersionedAgent agent, HttpContext context)
    {
        context.Response.Headers.ETag = AgentTag.Of(agent.Agent.UpdatedAt);
        return TypedResults.Ok(Wire.Of(agent));
    }

    /// <summary>The agent of a change that was made.</summary>
    /// <exception cref="ProblemException">It was not, and why.</exception>
    public static VersionedAgent Done(long id, AgentChange change) =>
        change switch
        {
            AgentChange.Done done => done.Agent,
            AgentChange.NotFound => throw NoSuchAgent(id),
            AgentChange.Stale => throw AgentTag.Stale(id),
            AgentChange.NoVersion missing => throw VersionsApi.NoSuchVersion(id, missing.Number),
            AgentChange.Unaccepted(var risks) => throw RiskProblem.Of(risks),
            AgentChange.Kept { Risks: { } risks } kept => throw RiskProblem.Of(id, kept, risks),
            AgentChange.Kept kept => throw new ProblemException(
                Problem.Body(StatusCodes.Status409Conflict, kept.Why) with
                {
                    AgentId = id,
                    Version = kept.Version.Number,
                }
            ),
            AgentChange.Invalid invalid => throw ConfigOf.Invalid(invalid.Errors),
            AgentChange.Refused refused => throw new ProblemException(StatusCodes.Status409Conflict, refused.Why),
            _ => throw new System.Diagnostics.UnreachableException($"A change of a kind unknown here: {change}."),
        };
}
