using Project38.Client.Http;
using Project38.Contracts;

namespace Project38.Client;

/// <summary>MCP servers whose tools agents can be granted. Every method throws <see cref="ApiException"/> and <see cref="ConnectionLostException"/>.</summary>
public sealed class ToolServersClient
{
    private static readonly ContractsJson s_json = ContractsJson.Default;
    private readonly Transport _transport;

    internal ToolServersClient(Transport transport) => _transport = transport;

    /// <summary>All of them, with their tools.</summary>
    public Task<IReadOnlyList<ToolServerResponse>> ListAsync(CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Get("/api/tool-servers"),
            s_json.IReadOnlyListToolServerResponse,
            cancellationToken
        );

    /// <summary>One, with its tools.</summary>
    public Task<ToolServerResponse> GetAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Get($"/api/tool-servers/{Uri.EscapeDataString(name)}"),
            s_json.ToolServerResponse,
            cancellationToken
        );

    /// <summary>Registers one, and shows what its tools say of themselves. None can be called before <see cref="AgreeAsync"/>.</summary>
    public Task<ToolServerResponse> AddAsync(
        AddToolServerRequest request,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Json(HttpMethod.Post, "/api/tool-servers", request, s_json.AddToolServerRequest),
            s_json.ToolServerResponse,
            cancellationToken
        );

    /// <summary>Looks at what its tools say of themselves now; what differs from what was agreed to is disabled.</summary>
    public Task<ToolServerResponse> CheckAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.JsonAsync(
            ApiRequest.Post($"/api/tool-servers/{Uri.EscapeDataString(name)}/check"),
            s_json.ToolServerResponse,
            cancellationToken
        );

    /// <summary>Agrees to tools, each as it was seen.</summary>
    public Task<ToolServerResponse> AgreeAsync(
        string name,
        AgreeToToolsRequest request,
        CancellationToken cancellationToken = default
    ) =>
        _transport.JsonAsync(
            ApiRequest.Json(
                HttpMethod.Post,
                $"/api/tool-servers/{Uri.EscapeDataString(name)}/agree",
                request,
                s_json.AgreeToToolsRequest
            ),
            s_json.ToolServerResponse,
            cancellationToken
        );

    /// <summary>Takes one away, with what was agreed to.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(ApiRequest.Delete($"/api/tool-servers/{Uri.EscapeDataString(name)}"), cancellationToken);
}
