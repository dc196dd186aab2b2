using System.Text.Json.Serialization;
using Project38.Contracts;

namespace Project38.Server.McpEndpoint;

/// <summary>Agents, without their programs.</summary>
/// <param name="Agents">Newest first.</param>
/// <param name="Total">How many there are in all.</param>
internal sealed record AgentsAnswer(IReadOnlyList<AgentLine> Agents, int Total);

/// <summary>One agent of a list.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Shown to people.</param>
/// <param name="Description">The brief.</param>
/// <param name="Status">As <see cref="AgentResponse.Status"/>.</param>
/// <param name="Schedule">Cron; null: only by hand.</param>
/// <param name="Timezone">IANA zone of the schedule.</param>
/// <param name="NextFire">Null: it is not due.</param>
internal sealed record AgentLine(
    long Id,
    string Name,
    string Description,
    string Status,
    string? Schedule,
    string Timezone,
    DateTimeOffset? NextFire
);

/// <summary>All that explains an agent: what it is for, its program, what it may do, and how it went lately.</summary>
/// <param name="Agent">With its program, and its grants in words.</param>
/// <param name="Versions">The newest five; a proposed one waits for a person's yes.</param>
/// <param name="Tasks">The newest five.</param>
internal sealed record AgentExplanation(
    AgentResponse Agent,
    IReadOnlyList<VersionResponse> Versions,
    IReadOnlyList<TaskResponse> Tasks
);

/// <summary>An agent that is no more.</summary>
/// <param name="Deleted">Its number.</param>
internal sealed record DeletedAnswer(long Deleted);

/// <summary>Tasks.</summary>
/// <param name="Tasks">Newest first.</param>
/// <param name="Total">How many there are in all.</param>
internal sealed record TasksAnswer(IReadOnlyList<TaskResponse> Tasks, int Total);

/// <summary>A task, as far as it is.</summary>
/// <param name="Ended">False: it goes on; <c>follow_task</c> waits for it.</param>
/// <param name="Task">The task, with its result or its error.</param>
/// <param name="Run">The last run, with what it printed and called; null: none has ended yet.</param>
/// <param name="Messages">What it said to the inbox.</param>
internal sealed record FollowedTask(
    bool Ended,
    TaskResponse Task,
    RunResponse? Run,
    IReadOnlyList<InboxMessageResponse> Messages
);

/// <summary>What agents and the platform said.</summary>
/// <param name="Messages">Newest first.</param>
/// <param name="Total">How many there are in all.</param>
internal sealed record MessagesAnswer(IReadOnlyList<InboxMessageResponse> Messages, int Total);

/// <summary>What agents ask people.</summary>
/// <param name="Approvals">Newest first.</param>
/// <param name="Total">How many there are in all.</param>
internal sealed record ApprovalsAnswer(IReadOnlyList<ApprovalResponse> Approvals, int Total);

/// <summary>JSON of what only clients of MCP send and get; the rest is <see cref="ContractsJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    MaxDepth = 64,
    Converters = [typeof(UtcTimeConverter)]
)]
[JsonSerializable(typeof(CreateAgentArguments))]
[JsonSerializable(typeof(ImportAgentArguments))]
[JsonSerializable(typeof(ListAgentsArguments))]
[JsonSerializable(typeof(AgentArguments))]
[JsonSerializable(typeof(EditAgentArguments))]
[JsonSerializable(typeof(ActivateVersionArguments))]
[JsonSerializable(typeof(SetAgentStatusArguments))]
[JsonSerializable(typeof(RunAgentArguments))]
[JsonSerializable(typeof(FollowTaskArguments))]
[JsonSerializable(typeof(TaskArguments))]
[JsonSerializable(typeof(ListTasksArguments))]
[JsonSerializable(typeof(ListMessagesArguments))]
[JsonSerializable(typeof(ListApprovalsArguments))]
[JsonSerializable(typeof(AnswerApprovalArguments))]
[JsonSerializable(typeof(ApprovalsAnswer))]
[JsonSerializable(typeof(AgentsAnswer))]
[JsonSerializable(typeof(AgentExplanation))]
[JsonSerializable(typeof(DeletedAnswer))]
[JsonSerializable(typeof(TasksAnswer))]
[JsonSerializable(typeof(FollowedTask))]
[JsonSerializable(typeof(MessagesAnswer))]
internal sealed partial class McpJson : JsonSerializerContext;
