using System.Runtime.CompilerServices;
using System.Text.Json;
using Project38.Client.Http;
using Project38.Contracts;

namespace Project38.Client;

/// <summary>A server of Project38, with a part for each noun of its API. For any number of threads at once.</summary>
/// <remarks>Every method throws <see cref="ApiException"/> when the server refuses, and <see cref="ConnectionLostException"/> when none answers.</remarks>
public sealed class P38Client : IDisposable
{
    private static readonly ContractsJson s_json = ContractsJson.Default;
    private readonly Transport _transport;

    /// <summary>Remembers where the server is; nothing is sent yet.</summary>
    /// <param name="url">For example <c>http://127.0.0.1:8038</c>.</param>
    /// <param name="token">What is in its <c>P38_HOME/token</c>.</param>
    /// <param name="options">How to wait.</param>
    public P38Client(Uri url, string token, P38ClientOptions? options = null)
        : this(new ServerAddress(url, token), options) { }

    /// <summary>Remembers where the server is, and how to find it when it went away; nothing is sent yet.</summary>
    /// <param name="server">Where it is.</param>
    /// <param name="find">Where it is by now, null for nowhere.</param>
    /// <param name="options">How to wait.</param>
    public P38Client(
        ServerAddress server,
        Func<CancellationToken, Task<ServerAddress?>> find,
        P38ClientOptions? options = null
    )
    {
        if (server.Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            throw new ArgumentException(
                $"'{server.Url}' is no address of a server, as in http://127.0.0.1:8038.",
                nameof(server)
            );
        }
        _transport = new Transport(server, find, options ?? new P38ClientOptions());
        Agents = new AgentsClient(_transport);
        Tasks = new TasksClient(_transport);
        ToolServers = new ToolServersClient(_transport);
    }

    private P38Client(ServerAddress server, P38ClientOptions? options)
        : this(server, _ => Task.FromResult<ServerAddress?>(server), options) { }

    /// <summary>Agents, with their versions, schedules, handoffs and files.</summary>
    public AgentsClient Agents { get; }

    /// <summary>What was due, and how it went.</summary>
    public TasksClient Tasks { get; }

    /// <summary>MCP servers whose tools agents can be granted.</summary>
    public ToolServersClient ToolServers { get; }

    /// <summary>The server that runs in a home of this machine, found again when it was started anew.</summary>
    /// <param name="home">Null: what <c>P38_HOME</c> names, else <c>~/.p38</c>.</param>
    /// <param name="options">How to wait.</param>
    /// <exception cref="ConnectionLostException">None runs there, or it is not yours.</exception>
    public static P38Client FromHome(string? home = null, P38ClientOptions? options = null) =>
        new(ServerAddress.OfHome(home), _ => Task.FromResult(ServerAddress.FindInHome(home)), options);

    /// <summary>Whether the server can do its work.</summary>
    public Task<HealthResponse> HealthAsync(CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Get("/api/health"), s_json.HealthResponse, cancellationToken);

    /// <summary>What the server is: level, versions, what is due next.</summary>
    public Task<SystemResponse> SystemAsync(CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Get("/api/system"), s_json.SystemResponse, cancellationToken);

    /// <summary>What models cost and runs took so far: today, this month, ever.</summary>
    /// <param name="timezone">IANA zone in which a day and a month begin; null: UTC.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<UsageResponse> UsageAsync(string? timezone = null, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Get("/api/usage" + Query.Of(("timezone", timezone))),
            s_json.UsageResponse,
            cancellationToken
        );

    /// <summary>What is wrong with a program; nothing is kept.</summary>
    public Task<CheckResponse> CheckAsync(CheckRequest request, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Json(HttpMethod.Post, "/api/check", request, s_json.CheckRequest),
            s_json.CheckResponse,
            cancellationToken
        );

    /// <summary>Runs a program as an agent's would be contained, and waits; nothing is kept.</summary>
    /// <param name="request">The program.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public Task<SandboxRunResponse> RunInSandboxAsync(
        SandboxRunRequest request,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Json(HttpMethod.Post, "/api/sandbox/runs", request, s_json.SandboxRunRequest),
            s_json.SandboxRunResponse,
            cancellationToken
        );

    /// <summary>The Python images: packages for agents.</summary>
    public Task<IReadOnlyList<PythonResponse>> PythonsAsync(CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Get("/api/pythons"), s_json.IReadOnlyListPythonResponse, cancellationToken);

    /// <summary>Makes one, which may take minutes.</summary>
    public Task<PythonResponse> AddPythonAsync(
        AddPythonRequest request,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Json(HttpMethod.Post, "/api/pythons", request, s_json.AddPythonRequest),
            s_json.PythonResponse,
            cancellationToken
        );

    /// <summary>Removes one that no agent uses.</summary>
    public Task RemovePythonAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(ApiRequest.Delete($"/api/pythons/{Escaped(name)}"), cancellationToken);

    /// <summary>When a schedule would fire.</summary>
    public Task<SchedulePreviewResponse> PreviewScheduleAsync(
        PreviewScheduleRequest request,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Json(HttpMethod.Post, "/api/schedules/preview", request, s_json.PreviewScheduleRequest),
            s_json.SchedulePreviewResponse,
            cancellationToken
        );

    /// <summary>What happens on the platform from now on, without end, also over a restart of the server.</summary>
    /// <param name="agentId">Only of this agent.</param>
    /// <param name="kind">Only of this kind, as <see cref="EventResponse.Kind"/> has it.</param>
    /// <param name="after">Id of the last event that was seen; null: from now on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConnectionLostException">The server went away, and did not come back within half a minute.</exception>
    public async IAsyncEnumerable<PlatformEvent> FollowAsync(
        long? agentId = null,
        string? kind = null,
        string? after = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var path = "/api/events" + Query.Of(("agent_id", agentId), ("kind", kind));
        await foreach (var one in _transport.FollowAsync(path, after, cancellationToken))
        {
            yield return new PlatformEvent(one.Id, JsonSerializer.Deserialize(one.Data, s_json.EventResponse)!);
        }
    }

    /// <summary>What agents and the platform said, newest first.</summary>
    public Task<IReadOnlyList<InboxMessageResponse>> InboxAsync(
        bool unread = false,
        long? agentId = null,
        int limit = 100,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Get("/api/inbox" + Query.Of(("unread", unread), ("agent_id", agentId), ("limit", limit))),
            s_json.IReadOnlyListInboxMessageResponse,
            cancellationToken
        );

    /// <summary>Marks a message as read.</summary>
    public Task<InboxMessageResponse> ReadMessageAsync(long messageId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Post($"/api/inbox/{messageId}/read"),
            s_json.InboxMessageResponse,
            cancellationToken
        );

    /// <summary>What agents ask people, newest first.</summary>
    /// <param name="status">Only with this status, for example <c>open</c>; null: all.</param>
    /// <param name="agentId">Only this agent's.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<ApprovalResponse>> ApprovalsAsync(
        string? status = null,
        long? agentId = null,
        int limit = 100,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Get("/api/approvals" + Query.Of(("status", status), ("agent_id", agentId), ("limit", limit))),
            s_json.IReadOnlyListApprovalResponse,
            cancellationToken
        );

    /// <summary>One question.</summary>
    public Task<ApprovalResponse> ApprovalAsync(long approvalId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/approvals/{approvalId}"),
            s_json.ApprovalResponse,
            cancellationToken
        );

    /// <summary>Answers a question; its task goes on. The same answer again is the same; another is refused.</summary>
    public Task<ApprovalResponse> DecideAsync(
        long approvalId,
        bool approve,
        string? note = null,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Json(
                HttpMethod.Post,
                approve ? $"/api/approvals/{approvalId}/approve" : $"/api/approvals/{approvalId}/reject",
                new DecideApprovalRequest { Note = note },
                s_json.DecideApprovalRequest
            ),
            s_json.ApprovalResponse,
            cancellationToken
        );

    /// <summary>Executes a recorded run again, without the world.</summary>
    public Task<ReplayResponse> ReplayAsync(long runId, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Post($"/api/runs/{runId}/replay"), s_json.ReplayResponse, cancellationToken);

    /// <summary>Where notifications can go: the inbox, and what people have set up.</summary>
    public Task<IReadOnlyList<ChannelResponse>> ChannelsAsync(CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Get("/api/channels"), s_json.IReadOnlyListChannelResponse, cancellationToken);

    /// <summary>One channel.</summary>
    public Task<ChannelResponse> ChannelAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/channels/{Escaped(name)}"),
            s_json.ChannelResponse,
            cancellationToken
        );

    /// <summary>Sets a channel up, new or anew.</summary>
    public Task<ChannelResponse> PutChannelAsync(
        string name,
        PutChannelRequest request,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Json(HttpMethod.Put, $"/api/channels/{Escaped(name)}", request, s_json.PutChannelRequest),
            s_json.ChannelResponse,
            cancellationToken
        );

    /// <summary>Takes a channel away.</summary>
    public Task RemoveChannelAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(ApiRequest.Delete($"/api/channels/{Escaped(name)}"), cancellationToken);

    /// <summary>Sends a test to a channel now, and says what the peer said.</summary>
    public Task<ChannelTestResponse> TestChannelAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Post($"/api/channels/{Escaped(name)}/test"),
            s_json.ChannelTestResponse,
            cancellationToken
        );

    /// <summary>The names of secrets; no value ever comes out.</summary>
    public Task<IReadOnlyList<SecretResponse>> SecretsAsync(CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(ApiRequest.Get("/api/secrets"), s_json.IReadOnlyListSecretResponse, cancellationToken);

    /// <summary>Keeps a value that nobody may see.</summary>
    public Task<SecretResponse> PutSecretAsync(string name, string value, CancellationToken cancellationToken = default)
    {
        var request = new PutSecretRequest { Value = value };
        return _transport.JsonAsync(
            ApiRequest.Json(HttpMethod.Put, $"/api/secrets/{Escaped(name)}", request, s_json.PutSecretRequest),
            s_json.SecretResponse,
            cancellationToken
        );
    }

    /// <summary>Forgets one.</summary>
    public Task DeleteSecretAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(ApiRequest.Delete($"/api/secrets/{Escaped(name)}"), cancellationToken);

    /// <summary>Leaves.</summary>
    public void Dispose() => _transport.Dispose();

    // An address without a name, or with a dot for one, is another route of the API.
    private static string Escaped(string name) =>
        name.Trim('.').Length > 0
            ? Uri.EscapeDataString(name)
            : throw new ArgumentException($"'{name}' is no name.", nameof(name));
}
