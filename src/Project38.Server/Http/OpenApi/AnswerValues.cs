using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Approvals;
using Project38.Core.Factory.History;
using Project38.Core.Factory.Validation;
using Project38.Core.Harness.Queue;
using Project38.Core.Models;
using Project38.Core.Storage;
using Project38.Core.Tools.External;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Core.Tools.Records;
using Project38.Sandbox;
using Project38.Server.Api;

namespace Project38.Server.Http.OpenApi;

/// <summary>All values of the fields of answers that have few: statuses, kinds, levels. Of the engine's own enums where it has one.</summary>
internal static class AnswerValues
{
    private static readonly string[] s_levels = [.. Enum.GetValues<SandboxLevel>().Select(Wire.Level)];
    private static readonly string[] s_stepOutcomes = ["ok", "recorded", "refused", "error", RecordedCall.Asked];
    private static readonly string[] s_modes = [.. SnakeCase.Names<ServerMode>()];

    private static readonly Dictionary<(Type, string), IReadOnlyList<string>> s_all = new()
    {
        [(typeof(AgentResponse), nameof(AgentResponse.Status))] = [.. SnakeCase.Names<AgentStatus>()],
        [(typeof(ScheduleResponse), nameof(ScheduleResponse.Status))] = [.. SnakeCase.Names<AgentStatus>()],
        [(typeof(TaskResponse), nameof(TaskResponse.Status))] = [.. SnakeCase.Names<AgentTaskStatus>()],
        [(typeof(FireResponse), nameof(FireResponse.Status))] = [.. SnakeCase.Names<AgentTaskStatus>()],
        [(typeof(ExecutionResponse), nameof(ExecutionResponse.Status))] = [.. SnakeCase.Names<AgentTaskStatus>()],
        [(typeof(EventResponse), nameof(EventResponse.Status))] = [.. SnakeCase.Names<AgentTaskStatus>(), "retrying"],
        [(typeof(TaskResponse), nameof(TaskResponse.Trigger))] = [.. SnakeCase.Names<TaskTrigger>()],
        [(typeof(RunResponse), nameof(RunResponse.Outcome))] =
        [
            "succeeded",
            "failed",
            "timed_out",
            "out_of_memory",
            "output_exceeded",
            "killed",
            RecordedCall.Asked,
        ],
        [(typeof(ApprovalResponse), nameof(ApprovalResponse.Status))] = [.. SnakeCase.Names<ApprovalStatus>()],
        [(typeof(StepResponse), nameof(StepResponse.Outcome))] = s_stepOutcomes,
        [(typeof(StepEventResponse), nameof(StepEventResponse.Outcome))] = s_stepOutcomes,
        [(typeof(GenerationResponse), nameof(GenerationResponse.Status))] = ["running", "done", "failed", "cancelled"],
        [(typeof(MakingResponse), nameof(MakingResponse.Kind))] = [.. SnakeCase.Names<MakingKind>()],
        [(typeof(ToolServerResponse), nameof(ToolServerResponse.Transport))] =
        [
            .. SnakeCase.Names<ToolServerTransport>(),
        ],
        [(typeof(ToolServerToolResponse), nameof(ToolServerToolResponse.State))] =
        [
            .. SnakeCase.Names<ToolAgreement>(),
            ToolServersApi.Gone,
        ],
        [(typeof(ChannelResponse), nameof(ChannelResponse.Kind))] = [ChannelName.Inbox, .. ChannelKindWords.All],
        [(typeof(DeliveryStateResponse), nameof(DeliveryStateResponse.Status))] =
        [
            .. SnakeCase.Names<DeliveryStatus>(),
        ],
        [(typeof(FindingResponse), nameof(FindingResponse.Severity))] = [.. SnakeCase.Names<FindingSeverity>()],
        [(typeof(ModelUsageResponse), nameof(ModelUsageResponse.Provider))] =
        [
            .. Enum.GetValues<ModelProvider>().Select(Wire.Provider),
        ],
        [(typeof(RunResponse), nameof(RunResponse.SandboxLevel))] = s_levels,
        [(typeof(NodeResponse), nameof(NodeResponse.SandboxLevel))] = s_levels,
        [(typeof(SandboxResponse), nameof(SandboxResponse.Level))] = s_levels,
        [(typeof(SandboxRunResponse), nameof(SandboxRunResponse.Level))] = s_levels,
        [(typeof(SandboxRunResponse), nameof(SandboxRunResponse.Ending))] =
        [
            "exited",
            "signalled",
            "timed_out",
            "out_of_memory",
            "output_exceeded",
            "space_exceeded",
            "killed",
            "not_started",
        ],
        [(typeof(HealthResponse), nameof(HealthResponse.Sandbox))] = s_levels,
        [(typeof(HealthResponse), nameof(HealthResponse.Status))] = ["healthy", "degraded"],
        [(typeof(HealthResponse), nameof(HealthResponse.Schedules))] = ["kept", "overdue", "unknown"],
        [(typeof(HealthResponse), nameof(HealthResponse.Database))] = ["connected", "disconnected"],
        [(typeof(SystemResponse), nameof(SystemResponse.Mode))] = s_modes,
    };

    /// <summary>Adds them to the schema of a field that has them.</summary>
    public static void Add(OpenApiSchema schema, ICustomAttributeProvider? field)
    {
        if (
            field is not MemberInfo { DeclaringType: { } type, Name: var name }
            || !s_all.TryGetValue((type, name), out var values)
        )
        {
            return;
        }

        var nullable = schema.Type?.HasFlag(JsonSchemaType.Null) == true;
        schema.Enum =
        [
            .. values.Select(value => (JsonNode)JsonValue.Create(value)),
            .. nullable ? (JsonNode[])[null!] : [],
        ];
    }
}
