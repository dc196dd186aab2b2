using System.Globalization;
using System.Text.Json.Nodes;
using Project38.Core.Approvals;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Approvals;

/// <summary>The namespace <c>approval</c>: a person's yes. The run ends with the question.</summary>
internal sealed class ApprovalTools(ApprovalBook book) : IToolSource
{
    /// <summary>Name of the tool.</summary>
    public const string Ask = "approval.ask";

    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            new ToolDefinition
            {
                Name = Ask,
                // The question goes to every granted channel.
                Risks = ToolRisk.WayOut,
                BringsRisks = ChannelName.AmongOthers,
                Description = "Ask a person for a yes.",
                Parameters =
                [
                    new ToolParameter(
                        "question",
                        ToolParameterType.Text,
                        $"One line that says what is done with a yes; at most {ApprovalQuestion.MaxText} characters."
                    ),
                    new ToolParameter(
                        "details",
                        ToolParameterType.OptionalText,
                        "What there is to know before one answers; at most 16 KB.",
                        Required: false
                    ),
                    new ToolParameter(
                        "expires_hours",
                        ToolParameterType.Number,
                        "How long it stands; no answer by then is a no.",
                        Required: false,
                        Default: "24"
                    ),
                ],
                MostPerRun = _ => ApprovalQuestion.MostPerRun,
                StandIn = StandIn,
                Handler = AskAsync,
            },
        ];

    private async Task<JsonNode?> AskAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var question = Read(call);
        if (await book.CountOpenAsync(call.Identity.AgentId, cancellationToken) >= ApprovalQuestion.MostOpen)
        {
            throw new ToolRefusedException(
                $"{Ask}: {ApprovalQuestion.MostOpen} questions of this agent are not answered, which is the most. A person can "
                    + "answer them: p38 approvals."
            );
        }

        call.Question = question;
        return null;
    }

    // In a dry run everybody says yes, so that what follows is seen.
    private JsonObject StandIn(ToolCall call)
    {
        _ = Read(call);
        return new ApprovalAnswer(ApprovalStatus.Approved, "dry run", "Nobody was asked.", call.Now).ToValue();
    }

    private static ApprovalQuestion Read(ToolCall call)
    {
        var text = MessageText.Line(call.Arguments.Text("question"), "question", ApprovalQuestion.MaxText);
        if (text.Length == 0)
        {
            throw new ToolException($"{Ask}: 'question' is empty.");
        }

        var details = call.Arguments.OptionalText("details");
        var hours = call.Arguments.Number("expires_hours");
        if (hours < ApprovalQuestion.Shortest.TotalHours || hours > ApprovalQuestion.Longest.TotalHours)
        {
            throw new ToolException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Ask}: 'expires_hours' is from {ApprovalQuestion.Shortest.TotalHours:0.##} to {ApprovalQuestion.Longest.TotalHours:0}."
                )
            );
        }

        return new ApprovalQuestion(
            text,
            string.IsNullOrWhiteSpace(details) ? null : MessageText.Body(details),
            TimeSpan.FromHours(hours)
        );
    }
}
