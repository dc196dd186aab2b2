using Project38.Client.Http;
using Project38.Contracts;

namespace Project38.Client;

/// <summary>Agents, with their versions, schedules, handoffs and files. Every method throws <see cref="ApiException"/> and <see cref="ConnectionLostException"/>.</summary>
public sealed class AgentsClient
{
    private static readonly ContractsJson s_json = ContractsJson.Default;
    private readonly Transport _transport;

    internal AgentsClient(Transport transport) => _transport = transport;

    /// <summary>Makes an agent of a sentence, in any language.</summary>
    /// <param name="request">The sentence.</param>
    /// <param name="progress">Told of each step as it happens.</param>
    /// <param name="cancellationToken">Stops the making at the server too.</param>
    /// <exception cref="ApiException">Something essential is open (<see cref="ProblemResponse.Questions"/>), it was not proved, or nothing serves it.</exception>
    /// <exception cref="MakingStoppedException">It was cancelled.</exception>
    public Task<CreatedAgentResponse> CreateAsync(
        CreateAgentRequest request,
        Action<ProgressResponse>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.MakeAsync(
            ApiRequest.Json(HttpMethod.Post, "/api/agents", request, s_json.CreateAgentRequest),
            s_json.CreatedAgentResponse,
            progress,
            cancellationToken
        );

    /// <summary>Makes an agent of a program; otherwise as <see cref="CreateAsync"/>.</summary>
    public Task<CreatedAgentResponse> ImportAsync(
        ImportAgentRequest request,
        Action<ProgressResponse>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.MakeAsync(
            ApiRequest.Json(HttpMethod.Post, "/api/agents/import", request, s_json.ImportAgentRequest),
            s_json.CreatedAgentResponse,
            progress,
            cancellationToken
        );

    /// <summary>Changes an agent by a sentence: a proved new version, proposed unless the request makes it current; otherwise as <see cref="CreateAsync"/>.</summary>
    public Task<EditResponse> EditAsync(
        long agentId,
        EditAgentRequest request,
        Action<ProgressResponse>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.MakeAsync(
            ApiRequest.Json(HttpMethod.Post, $"/api/agents/{agentId}/edit", request, s_json.EditAgentRequest),
            s_json.EditResponse,
            progress,
            cancellationToken
        );

    /// <summary>Agents, newest first, fetched as they are taken.</summary>
    /// <param name="status">Only of this status.</param>
    /// <param name="createdBy">Only made by this one.</param>
    /// <param name="most">How many at most; null: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<AgentResponse> ListAsync(
        string? status = null,
        string? createdBy = null,
        int? most = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.PagesAsync(
            "/api/agents",
            [("status", status), ("created_by", createdBy)],
            most,
            s_json.IReadOnlyListAgentResponse,
            cancellationToken
        );

    /// <summary>One agent.</summary>
    public Task<AgentResponse> GetAsync(long agentId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Get($"/api/agents/{agentId}"), s_json.AgentResponse, cancellationToken);

    /// <summary>One agent, and the tag of its state for <c>ifMatch</c>.</summary>
    public Task<(AgentResponse Agent, string Tag)> GetTaggedAsync(
        long agentId,
        CancellationToken cancellationToken = default
    ) => _transport.TaggedAsync(ApiRequest.Get($"/api/agents/{agentId}"), s_json.AgentResponse, cancellationToken);

    /// <summary>Changes what is given.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="request">What is null stays as it is.</param>
    /// <param name="ifMatch">The tag of the state that you saw; null: whatever it is.</param>
    /// <param name="cancellationToken">Ends the wait; the change may be made all the same.</param>
    /// <exception cref="ApiException">412: somebody changed it since, and nothing was changed now.</exception>
    public Task<AgentResponse> UpdateAsync(
        long agentId,
        UpdateAgentRequest request,
        string? ifMatch = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Json(HttpMethod.Put, $"/api/agents/{agentId}", request, s_json.UpdateAgentRequest) with
            {
                IfMatch = ifMatch,
            },
            s_json.AgentResponse,
            cancellationToken
        );

    /// <summary>Stops its schedule for now.</summary>
    public Task<AgentResponse> PauseAsync(long agentId, CancellationToken cancellationToken = default) =>
        UpdateAsync(agentId, new UpdateAgentRequest { Status = "paused" }, ifMatch: null, cancellationToken);

    /// <summary>Starts its schedule again.</summary>
    public Task<AgentResponse> ResumeAsync(long agentId, CancellationToken cancellationToken = default) =>
        UpdateAsync(agentId, new UpdateAgentRequest { Status = "active" }, ifMatch: null, cancellationToken);

    /// <summary>Starts its schedule again, though it holds all three risks.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="acceptRisks">Whether a person said yes to what it may do.</param>
    /// <param name="cancellationToken">Ends the wait; the change may be made all the same.</param>
    /// <exception cref="ApiException">Nobody said yes; <see cref="ProblemResponse.Question"/> is what to ask.</exception>
    public Task<AgentResponse> ResumeAsync(
        long agentId,
        bool acceptRisks,
        CancellationToken cancellationToken = default
    ) =>
        UpdateAsync(
            agentId,
            new UpdateAgentRequest { Status = "active", AcceptRisks = acceptRisks },
            ifMatch: null,
            cancellationToken
        );

    /// <summary>Stops its schedule for good, until it is resumed.</summary>
    public Task<AgentResponse> StopAsync(long agentId, CancellationToken cancellationToken = default) =>
        UpdateAsync(agentId, new UpdateAgentRequest { Status = "stopped" }, ifMatch: null, cancellationToken);

    /// <summary>Deletes an agent.</summary>
    /// <exception cref="ApiException">412, as <see cref="UpdateAsync"/>.</exception>
    public Task DeleteAsync(long agentId, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(ApiRequest.Delete($"/api/agents/{agentId}") with { IfMatch = ifMatch }, cancellationToken);

    /// <summary>Runs an agent now, and waits for the end, also over a restart of the server; a run that failed is an answer, and no exception.</summary>
    public async Task<ExecutionResponse> RunAsync(
        long agentId,
        ExecuteAgentRequest? request = null,
        CancellationToken cancellationToken = default
    )
    {
        var (ended, begun) = await _transport.DoneOrAcceptedAsync(
            Execute(agentId, request),
            s_json.ExecutionResponse,
            s_json.TaskResponse,
            cancellationToken
        );

        // The server stopped before the run ended, and the task goes on.
        return ended ?? await _transport.EndOfTaskAsync(begun!.Id, cancellationToken);
    }

    /// <summary>Starts a run, and waits for nothing: <see cref="TasksClient.FollowAsync"/> shows how it goes.</summary>
    public Task<TaskResponse> StartAsync(
        long agentId,
        ExecuteAgentRequest? request = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            Execute(agentId, request) with
            {
                RespondAsync = true,
            },
            s_json.TaskResponse,
            cancellationToken
        );

    /// <summary>The versions of an agent, newest first.</summary>
    public IAsyncEnumerable<VersionResponse> VersionsAsync(
        long agentId,
        int? most = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.PagesAsync(
            $"/api/agents/{agentId}/versions",
            [],
            most,
            s_json.IReadOnlyListVersionResponse,
            cancellationToken
        );

    /// <summary>One version, with its program.</summary>
    public Task<WholeVersionResponse> VersionAsync(
        long agentId,
        int number,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/agents/{agentId}/versions/{number}"),
            s_json.WholeVersionResponse,
            cancellationToken
        );

    /// <summary>What differs between two versions.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="from">Number of the first; null: the one that the second was made from.</param>
    /// <param name="to">Number of the second; null: the current one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<DiffResponse> DiffAsync(
        long agentId,
        int? from = null,
        int? to = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/agents/{agentId}/diff" + Query.Of(("from", from), ("to", to))),
            s_json.DiffResponse,
            cancellationToken
        );

    /// <summary>Executes a version over the last recorded runs, without the world.</summary>
    public Task<BacktestResponse> BacktestAsync(
        long agentId,
        BacktestRequest? request = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Json(
                HttpMethod.Post,
                $"/api/agents/{agentId}/backtest",
                request ?? new BacktestRequest(),
                s_json.BacktestRequest
            ),
            s_json.BacktestResponse,
            cancellationToken
        );

    /// <summary>Makes any proved version current, as it ran last; as <see cref="ActivateAsync"/>.</summary>
    public Task<AgentResponse> RollbackAsync(
        long agentId,
        int version,
        string? ifMatch = null,
        bool acceptRisks = false,
        CancellationToken cancellationToken = default
    ) => ChooseAsync($"/api/agents/{agentId}/rollback", version, ifMatch, acceptRisks, cancellationToken);

    /// <summary>Makes a proposed version current.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="version">Its number.</param>
    /// <param name="ifMatch">The tag of the state that you saw; null: whatever it is.</param>
    /// <param name="acceptRisks">Whether a person said yes to what it may do, where it holds all three risks.</param>
    /// <param name="cancellationToken">Ends the wait; the change may be made all the same.</param>
    public Task<AgentResponse> ActivateAsync(
        long agentId,
        int version,
        string? ifMatch = null,
        bool acceptRisks = false,
        CancellationToken cancellationToken = default
    ) => ChooseAsync($"/api/agents/{agentId}/activate", version, ifMatch, acceptRisks, cancellationToken);

    /// <summary>How the versions of an agent were made, newest first.</summary>
    public IAsyncEnumerable<MakingResponse> HistoryAsync(
        long agentId,
        int? most = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.PagesAsync(
            $"/api/agents/{agentId}/history",
            [],
            most,
            s_json.IReadOnlyListMakingResponse,
            cancellationToken
        );

    /// <summary>The next fires of an agent, and how the last ones went.</summary>
    public Task<ScheduleResponse> ScheduleAsync(
        long agentId,
        int coming = 10,
        int last = 10,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/agents/{agentId}/schedule" + Query.Of(("next", coming), ("last", last))),
            s_json.ScheduleResponse,
            cancellationToken
        );

    /// <summary>What its making and its runs used so far: today, this month, ever.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="timezone">IANA zone in which a day and a month begin; null: UTC.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<UsageResponse> UsageAsync(
        long agentId,
        string? timezone = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/agents/{agentId}/usage" + Query.Of(("timezone", timezone))),
            s_json.UsageResponse,
            cancellationToken
        );

    /// <summary>The hooks of an agent; no address comes out.</summary>
    public Task<IReadOnlyList<HookResponse>> HooksAsync(long agentId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/agents/{agentId}/hooks"),
            s_json.IReadOnlyListHookResponse,
            cancellationToken
        );

    /// <summary>Makes an address that starts an agent. It is shown this once; when the answer is lost, there may be one too many.</summary>
    public Task<NewHookResponse> AddHookAsync(
        long agentId,
        AddHookRequest? request = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Json(
                HttpMethod.Post,
                $"/api/agents/{agentId}/hooks",
                request ?? new AddHookRequest(),
                s_json.AddHookRequest
            ),
            s_json.NewHookResponse,
            cancellationToken
        );

    /// <summary>Takes a hook away: its address is nobody's from now on.</summary>
    public Task RemoveHookAsync(long agentId, long hookId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(ApiRequest.Delete($"/api/agents/{agentId}/hooks/{hookId}"), cancellationToken);

    /// <summary>What the next run receives.</summary>
    public Task<HandoffResponse> HandoffAsync(long agentId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/agents/{agentId}/handoff"),
            s_json.HandoffResponse,
            cancellationToken
        );

    /// <summary>What runs left, newest first; of runs before a number, where one is given.</summary>
    public Task<IReadOnlyList<RunHandoffResponse>> HandoffsAsync(
        long agentId,
        int? before = null,
        int limit = 100,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/agents/{agentId}/handoffs" + Query.Of(("before", before), ("limit", limit))),
            s_json.IReadOnlyListRunHandoffResponse,
            cancellationToken
        );

    /// <summary>Lets the next run begin anew.</summary>
    public Task ResetHandoffAsync(long agentId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(ApiRequest.Delete($"/api/agents/{agentId}/handoff"), cancellationToken);

    /// <summary>The files of an agent's workspace.</summary>
    public Task<IReadOnlyList<FileResponse>> FilesAsync(long agentId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/agents/{agentId}/files"),
            s_json.IReadOnlyListFileResponse,
            cancellationToken
        );

    /// <summary>Fetches a file of the workspace.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="path">Within the workspace, with <c>/</c>.</param>
    /// <param name="target">Where its bytes go; what went there before a failure stays.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task GetFileAsync(
        long agentId,
        string path,
        Stream target,
        CancellationToken cancellationToken = default
    )
    {
        using var answer = await _transport.OpenAsync(
            ApiRequest.Get($"/api/agents/{agentId}/files/{Escaped(path)}"),
            cancellationToken
        );

        // Not HttpContent.CopyToAsync, which calls a full disk here a failed request.
        await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        try
        {
            await content.CopyToAsync(target, cancellationToken);
        }
        catch (Exception exception) when (Transport.IsLost(exception))
        {
            throw _transport.Lost(exception);
        }
    }

    /// <summary>Puts a file into the workspace, 10 MB at most.</summary>
    public Task PutFileAsync(
        long agentId,
        string path,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken = default
    ) =>
        _transport.SendAsync(
            new ApiRequest(HttpMethod.Put, $"/api/agents/{agentId}/files/{Escaped(path)}")
            {
                Body = () => new ReadOnlyMemoryContent(content),
            },
            cancellationToken
        );

    /// <summary>Deletes a file of the workspace.</summary>
    public Task DeleteFileAsync(long agentId, string path, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(ApiRequest.Delete($"/api/agents/{agentId}/files/{Escaped(path)}"), cancellationToken);

    private Task<AgentResponse> ChooseAsync(
        string path,
        int version,
        string? ifMatch,
        bool acceptRisks,
        CancellationToken cancellationToken
    )
    {
        var request = new ChooseVersionRequest { Version = version, AcceptRisks = acceptRisks };
        return _transport.JsonAsync(
            ApiRequest.Json(HttpMethod.Post, path, request, s_json.ChooseVersionRequest) with
            {
                IfMatch = ifMatch,
            },
            s_json.AgentResponse,
            cancellationToken
        );
    }

    private static ApiRequest Execute(long agentId, ExecuteAgentRequest? request) =>
        ApiRequest.Json(
            HttpMethod.Post,
            $"/api/agents/{agentId}/execute",
            request ?? new ExecuteAgentRequest(),
            s_json.ExecuteAgentRequest
        );

    private static string Escaped(string path)
    {
        // Addresses are normalised on their way: "files/../.." would be another route of the API.
        var parts = path.Split('/');
        return parts.Contains("..") || parts.All(part => part is "" or ".")
            ? throw new ArgumentException($"'{path}' is no path in a workspace.", nameof(path))
            : string.Join('/', parts.Select(Uri.EscapeDataString));
    }
}
