using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Project38.Server.McpEndpoint;

/// <summary>Arguments of <c>list_approvals</c>.</summary>
internal sealed record ListApprovalsArguments : PageArguments
{
    [Description("Only this agent's.")]
    public long? AgentId { get; init; }

    [AllowedValues(
        null,
        "open",
        "approved",
        "rejected",
        "expired",
        "withdrawn",
        ErrorMessage = "must be 'open', 'approved', 'rejected', 'expired' or 'withdrawn'"
    )]
    [Description("Only those of this status.")]
    public string? Status { get; init; }
}

/// <summary>Arguments of <c>answer_approval</c>.</summary>
internal sealed record AnswerApprovalArguments
{
    [Required, Description("The question's number.")]
    public long? ApprovalId { get; init; }

    [Required, Description("True: yes. False: no.")]
    public bool? Approve { get; init; }

    [Description("What the agent is told with the answer.")]
    public string? Note { get; init; }
}
