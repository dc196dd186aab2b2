using System.Text.Json.Serialization;

namespace Project38.Contracts;

/// <summary>JSON as the wire has it: snake_case, no key twice, 64 levels at most.</summary>
/// <remarks>
/// Unknown keys are ignored here, so that a client reads the answers of a newer server; the server refuses those of a request.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    MaxDepth = 64,
    Converters = [typeof(UtcTimeConverter)]
)]
[JsonSerializable(typeof(CreateAgentRequest))]
[JsonSerializable(typeof(ImportAgentRequest))]
[JsonSerializable(typeof(UpdateAgentRequest))]
[JsonSerializable(typeof(ExecuteAgentRequest))]
[JsonSerializable(typeof(EditAgentRequest))]
[JsonSerializable(typeof(ChooseVersionRequest))]
[JsonSerializable(typeof(ExecuteTaskRequest))]
[JsonSerializable(typeof(CheckRequest))]
[JsonSerializable(typeof(EmptyRequest))]
[JsonSerializable(typeof(AgentResponse))]
[JsonSerializable(typeof(IReadOnlyList<AgentResponse>))]
[JsonSerializable(typeof(CreatedAgentResponse))]
[JsonSerializable(typeof(IReadOnlyList<MakingResponse>))]
[JsonSerializable(typeof(VersionResponse))]
[JsonSerializable(typeof(IReadOnlyList<VersionResponse>))]
[JsonSerializable(typeof(WholeVersionResponse))]
[JsonSerializable(typeof(DiffResponse))]
[JsonSerializable(typeof(EditResponse))]
[JsonSerializable(typeof(ExecutionResponse))]
[JsonSerializable(typeof(TaskResponse))]
[JsonSerializable(typeof(IReadOnlyList<TaskResponse>))]
[JsonSerializable(typeof(TaskSummaryResponse))]
[JsonSerializable(typeof(TaskLogsResponse))]
[JsonSerializable(typeof(PreviewScheduleRequest))]
[JsonSerializable(typeof(SchedulePreviewResponse))]
[JsonSerializable(typeof(ScheduleResponse))]
[JsonSerializable(typeof(HandoffResponse))]
[JsonSerializable(typeof(IReadOnlyList<RunHandoffResponse>))]
[JsonSerializable(typeof(InboxMessageResponse))]
[JsonSerializable(typeof(IReadOnlyList<InboxMessageResponse>))]
[JsonSerializable(typeof(PutSecretRequest))]
[JsonSerializable(typeof(SecretResponse))]
[JsonSerializable(typeof(IReadOnlyList<SecretResponse>))]
[JsonSerializable(typeof(FileResponse))]
[JsonSerializable(typeof(IReadOnlyList<FileResponse>))]
[JsonSerializable(typeof(CheckResponse))]
[JsonSerializable(typeof(GenerationResponse))]
[JsonSerializable(typeof(ProgressResponse))]
[JsonSerializable(typeof(EventResponse))]
[JsonSerializable(typeof(LogEventResponse))]
[JsonSerializable(typeof(StepEventResponse))]
[JsonSerializable(typeof(ProblemResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(StateResponse))]
[JsonSerializable(typeof(RootResponse))]
[JsonSerializable(typeof(SystemResponse))]
[JsonSerializable(typeof(DoctorResponse))]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(IReadOnlyList<ChannelResponse>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(UsageResponse))]
[JsonSerializable(typeof(UnitResponse))]
[JsonSerializable(typeof(ServerFile))]
public sealed partial class ContractsJson : JsonSerializerContext;
