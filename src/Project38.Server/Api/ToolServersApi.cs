using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Storage;
using Project38.Core.Tools.External;
using Project38.Core.Tools.Registry;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Tool servers: people register them and agree to their tools; an agent only calls what it was granted.</summary>
internal static class ToolServersApi
{
    /// <summary>The state of a tool that its server has no more.</summary>
    public const string Gone = "gone";

    private static readonly ToolRisk[] s_risks = [ToolRisk.PrivateData, ToolRisk.UntrustedContent, ToolRisk.WayOut];

    /// <summary>Maps <c>/api/tool-servers</c>.</summary>
    public static void MapToolServers(this IEndpointRouteBuilder routes)
    {
        var servers = routes.MapGroup("/api/tool-servers");
        servers.MapGet("", ListAsync).Says("listToolServers", "MCP servers whose tools agents can be granted");
        servers
            .MapPost("", AddAsync)
            .Says("addToolServer", "Registers an MCP server, and shows what its tools say of themselves", Refuses(409));
        servers.MapGet("/{name}", GetAsync).Says("getToolServer", "One tool server, with its tools");
        servers
            .MapPost("/{name}/check", CheckAsync)
            .Says("checkToolServer", "Looks at what its tools say of themselves now", Refuses(409));
        servers
            .MapPost("/{name}/agree", AgreeAsync)
            .Says("agreeToTools", "Agrees to tools as they were seen", Refuses(409));
        servers.MapDelete("/{name}", RemoveAsync).Says("removeToolServer", "Takes a tool server away");
    }

    /// <summary>All words of what tools bring into an agent.</summary>
    public static IEnumerable<string> Risks => s_risks.Select(risk => risk.ToSnakeCase());

    private static RouteFacts Refuses(params int[] statuses) => new() { Refuses = statuses };

    private static async Task<Ok<IReadOnlyList<ToolServerResponse>>> ListAsync(
        ToolServerBook servers,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok<IReadOnlyList<ToolServerResponse>>([
            .. (await servers.ListAsync(cancellationToken)).Select(server => Of(server)),
        ]);

    private static async Task<Ok<ToolServerResponse>> GetAsync(
        string name,
        ToolServerBook servers,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(Of(await servers.FindAsync(name, cancellationToken) ?? throw NoSuchServer(name)));

    private static async Task<Created<ToolServerResponse>> AddAsync(
        Body<AddToolServerRequest> body,
        ToolServerBook servers,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var request = body.Value;
        var wish = new NewToolServer
        {
            Name = request.Name!.Trim(),
            Url = request.Url?.Trim(),
            // JSON has nulls everywhere.
            Command = [.. (request.Command ?? []).Select(part => part ?? "")],
            Folder = request.Folder?.Trim(),
            AllowPrivate = request.AllowPrivate ?? false,
            Secrets = (request.Secrets ?? new Dictionary<string, string>()).ToDictionary(
                secret => secret.Key,
                secret => secret.Value ?? ""
            ),
            Risks = request.Risks is { } words ? RisksOf(words) : ToolRisk.All,
        };
        var kept = Of(wish.Name, await servers.AddAsync(wish, Who(context), cancellationToken));
        return TypedResults.Created($"/api/tool-servers/{kept.Name}", kept);
    }

    private static async Task<Ok<ToolServerResponse>> CheckAsync(
        string name,
        Body<EmptyRequest> _,
        ToolServerBook servers,
        HttpContext context,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(Of(name, await servers.CheckAsync(name, Who(context), cancellationToken)));

    private static async Task<Ok<ToolServerResponse>> AgreeAsync(
        string name,
        Body<AgreeToToolsRequest> body,
        ToolServerBook servers,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var consents = body.Value.Tools!.Select(tool => new ToolConsent(
            tool?.Name ?? "",
            tool?.Hash ?? "",
            tool?.Reads ?? false
        ));
        return TypedResults.Ok(
            Of(name, await servers.AgreeAsync(name, [.. consents], Who(context), cancellationToken))
        );
    }

    private static async Task<NoContent> RemoveAsync(
        string name,
        ToolServerBook servers,
        HttpContext context,
        CancellationToken cancellationToken
    ) =>
        await servers.RemoveAsync(name, Who(context), cancellationToken)
            ? TypedResults.NoContent()
            : throw NoSuchServer(name);

    private static ToolRisk RisksOf(IReadOnlyList<string> words)
    {
        if (words.FirstOrDefault(word => !Risks.Contains(word)) is not null)
        {
            var errors = new FieldErrors();
            errors.Add("risks", $"are some of {string.Join(", ", Risks)}, or none");
            throw errors.ToException();
        }

        return s_risks
            .Where(risk => words.Contains(risk.ToSnakeCase()))
            .Aggregate(ToolRisk.None, (all, risk) => all | risk);
    }

    private static ToolServerResponse Of(string name, ToolServerAnswer answer)
    {
        switch (answer)
        {
            case ToolServerAnswer.Kept(var server, var leftOut):
                return Of(server, leftOut);
            case ToolServerAnswer.Wrong(var complaints):
                var errors = new FieldErrors();
                foreach (var (field, complaint) in complaints)
                {
                    errors.Add(field, complaint);
                }
                throw errors.ToException();
            case ToolServerAnswer.Refused(var why):
                throw new ProblemException(StatusCodes.Status409Conflict, why);
            case ToolServerAnswer.Unreachable(var why):
                throw new ProblemException(StatusCodes.Status409Conflict, $"{why} Nothing was registered or changed.");
            case ToolServerAnswer.Unknown:
                throw NoSuchServer(name);
            default:
                throw new System.Diagnostics.UnreachableException("An answer of a kind unknown here.");
        }
    }

    private static ProblemException NoSuchServer(string name) =>
        new(
            StatusCodes.Status404NotFound,
            ExternalName.WhyNotServer(name)
                ?? $"There is no tool server {name}. GET /api/tool-servers lists those there are."
        );

    private static string Who(HttpContext context) => context.User.Identity!.Name!;

    private static ToolServerResponse Of(ToolServer server, IReadOnlyList<string>? leftOut = null) =>
        new()
        {
            Name = server.Name,
            Transport = server.Transport.ToSnakeCase(),
            Url = server.Url,
            Command = server.Url is null ? server.Command : null,
            Folder = server.Folder,
            AllowPrivate = server.AllowPrivate,
            Secrets = server.Secrets,
            Risks = [.. s_risks.Where(risk => server.Risks.HasFlag(risk)).Select(risk => risk.ToSnakeCase())],
            CreatedBy = server.CreatedBy,
            CreatedAt = server.CreatedAt,
            CheckedAt = server.CheckedAt,
            Tools =
            [
                .. server
                    .Tools.OrderBy(tool => tool.Name, StringComparer.Ordinal)
                    .Select(tool => new ToolServerToolResponse
                    {
                        Name = tool.Name,
                        FullName = new ExternalName(server.Name, tool.Name).ToString(),
                        Description = tool.Description,
                        AgreedDescription = tool.AgreedDescription,
                        InputSchema = tool.InputSchema,
                        Hash = tool.Hash,
                        State = tool.Gone ? Gone : tool.Standing.ToSnakeCase(),
                        Reads = tool.Reads,
                        AgreedBy = tool.AgreedBy,
                        AgreedAt = tool.AgreedAt,
                    }),
            ],
            LeftOut = leftOut ?? [],
        };
}
