using System.Text.Json.Serialization;

namespace Project38.Contracts;

/// <summary>JSON as the wire has it: snake_case, no key twice, 64 levels at most, unknown keys ignored.</summary>
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
[JsonSerializable(typeof(ProblemResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(RootResponse))]
[JsonSerializable(typeof(SystemResponse))]
[JsonSerializable(typeof(DoctorResponse))]
[JsonSerializable(typeof(ServerFile))]
public sealed partial class ContractsJson : JsonSerializerContext;
