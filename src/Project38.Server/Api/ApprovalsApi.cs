using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Approvals;
using Project38.Core.Harness.Approvals;
using Project38.Core.Storage;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Questions of agents, and people's answers.</summary>
internal static class ApprovalsApi
{
    /// <summary>Maps <c>/api/approvals</c>.</summary>
    public static void MapApprovals(this IEndpointRouteBuilder routes)
    {
        var approvals = routes.MapGroup("/api/approvals");
        var list = new RouteFacts
        {
            Query = [QueryParameter.AgentId, QueryParameter.Status<ApprovalStatus>()],
            Paged = true,
        };
        var refuses = new RouteFacts { Refuses = [409] };
        approvals.MapGet("", ListAsync).Says("listApprovals", "What agents ask people, newest first", list);
        approvals.MapGet("/{id:long}", GetAsync).Says("getApproval", "One question");
        approvals
            .MapPost("/{id:long}/approve", ApproveAsync)
            .Says("approve", "Says yes; the task that waits goes on", refuses);
        approvals
            .MapPost("/{id:long}/reject", RejectAsync)
            .Says("reject", "Says no; the task goes on with that", refuses);
    }

    private static async Task<Ok<IReadOnlyList<ApprovalResponse>>> ListAsync(
        HttpContext context,
        ApprovalBook book,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(context.Request);
        var paging = Paging.Of(query);
        var filter = new ApprovalFilter(
            query.OneOf<ApprovalStatus>("status"),
            query.Id("agent_id"),
            paging.Limit,
            paging.Offset
        );
        query.ThrowIfWrong();

        var page = await book.ListAsync(filter, cancellationToken);
        paging.Describe(context, page.Total);
        return TypedResults.Ok<IReadOnlyList<ApprovalResponse>>([.. page.Approvals.Select(Of)]);
    }

    private static async Task<Ok<ApprovalResponse>> GetAsync(
        long id,
        ApprovalBook book,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(Of(await book.FindAsync(id, cancellationToken) ?? throw NoSuchApproval(id)));

    private static Task<Ok<ApprovalResponse>> ApproveAsync(
        long id,
        Body<DecideApprovalRequest> body,
        ApprovalDesk desk,
        HttpContext context
    ) => DecideAsync(id, approve: true, body.Value, desk, context);

    private static Task<Ok<ApprovalResponse>> RejectAsync(
        long id,
        Body<DecideApprovalRequest> body,
        ApprovalDesk desk,
        HttpContext context
    ) => DecideAsync(id, approve: false, body.Value, desk, context);

    private static async Task<Ok<ApprovalResponse>> DecideAsync(
        long id,
        bool approve,
        DecideApprovalRequest request,
        ApprovalDesk desk,
        HttpContext context
    ) => TypedResults.Ok(await DecideAsync(id, approve, request, desk, context.User.Identity!.Name!));

    /// <summary>Answers a question.</summary>
    /// <exception cref="ProblemException">There is none, or it has another answer already.</exception>
    public static async Task<ApprovalResponse> DecideAsync(
        long id,
        bool approve,
        DecideApprovalRequest request,
        ApprovalDesk desk,
        string who
    )
    {
        var note = request.Note?.Trim() is { Length: > 0 } said ? said : null;
        // Not to be broken off: of a commit that was, nobody knows whether it answered.
        return await desk.DecideAsync(id, approve, note, who, CancellationToken.None) switch
        {
            DecisionResult.Decided decided => Of(decided.Approval),
            DecisionResult.Refused refused => throw new ProblemException(StatusCodes.Status409Conflict, refused.Reason),
            _ => throw NoSuchApproval(id),
        };
    }

    private static ProblemException NoSuchApproval(long id) =>
        new(StatusCodes.Status404NotFound, $"There is no approval {id}. GET /api/approvals lists those there are.");

    /// <summary>A question, as the wire has it.</summary>
    public static ApprovalResponse Of(Approval approval) =>
        new()
        {
            Id = approval.Id,
            AgentId = approval.AgentId,
            TaskId = approval.TaskId,
            Question = approval.Question,
            Details = approval.Details,
            Status = approval.Status.ToSnakeCase(),
            DecidedBy = approval.DecidedBy,
            Note = approval.Note,
            CreatedAt = approval.CreatedAt,
            ExpiresAt = approval.ExpiresAt,
            DecidedAt = approval.DecidedAt,
        };
}
