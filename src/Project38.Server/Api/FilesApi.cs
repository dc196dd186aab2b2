using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Tools.Filesystem;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Files of an agent's workspace.</summary>
internal static class FilesApi
{
    private const long MaxFileBytes = 10L * 1024 * 1024;

    /// <summary>Maps <c>/api/agents/{id}/files</c>.</summary>
    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/api/agents/{id:long}/files").AddEndpointFilter(RefuseEscapedSlash);
        var odd = new RouteFacts { Refuses = [409, 422] };
        files.MapGet("", ListAsync).Says("listFiles", "The files of the workspace");
        files.MapGet("/{**path}", GetAsync).Says("getFile", "The bytes of a file", odd with { GivesFile = true });
        files
            .MapPut("/{**path}", PutAsync)
            .Says(
                "putFile",
                "Puts a file, 10 MB at most",
                odd with
                {
                    TakesFile = true,
                    Refuses = [409, 413, 422, 507],
                }
            );
        files.MapDelete("/{**path}", DeleteAsync).Says("deleteFile", "Deletes a file", odd);
    }

    // Kestrel leaves it escaped, and "data%2Fa.csv" would be a file of that name beside the folder "data".
    private static ValueTask<object?> RefuseEscapedSlash(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    )
    {
        var target = context.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return target.Contains("%2F", StringComparison.OrdinalIgnoreCase)
            ? throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "Write '/' between folders as it is, not as %2F."
            )
            : next(context);
    }

    private static async Task<Ok<IReadOnlyList<FileResponse>>> ListAsync(
        long id,
        AgentRegister agents,
        Workspaces workspaces,
        CancellationToken cancellationToken
    )
    {
        var workspace = await WorkspaceOf(id, agents, workspaces, cancellationToken);
        var files = Try(workspace.AllFiles).Where(file => !file.IsFolder);
        return TypedResults.Ok<IReadOnlyList<FileResponse>>([
            .. files.Select(file => new FileResponse(file.Name, file.Size, file.Modified)),
        ]);
    }

    private static async Task<FileContentHttpResult> GetAsync(
        long id,
        string path,
        AgentRegister agents,
        Workspaces workspaces,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var workspace = await WorkspaceOf(id, agents, workspaces, cancellationToken);

        // An agent wrote it: a browser must not take it for a page of ours.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Bytes(
            Try(() => workspace.Read(path)),
            "application/octet-stream",
            fileDownloadName: path.Split('/')[^1]
        );
    }

    private static async Task<Results<Created<FileResponse>, Ok<FileResponse>>> PutAsync(
        long id,
        string path,
        AgentRegister agents,
        Workspaces workspaces,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var workspace = await WorkspaceOf(id, agents, workspaces, cancellationToken);
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxFileBytes;
        var isNew = Try(() => workspace.Find(path)) is null;
        try
        {
            await workspace.PutAsync(path, context.Request.Body, cancellationToken);
        }
        catch (FileRefusedException exception)
        {
            throw Refusal(exception);
        }

        var entry = Try(() => workspace.Find(path))!;
        var file = new FileResponse(path, entry.Size, entry.Modified);
        return isNew ? TypedResults.Created(LocationOf(id, path), file) : TypedResults.Ok(file);
    }

    private static async Task<NoContent> DeleteAsync(
        long id,
        string path,
        AgentRegister agents,
        Workspaces workspaces,
        CancellationToken cancellationToken
    )
    {
        var workspace = await WorkspaceOf(id, agents, workspaces, cancellationToken);
        return Try(() => workspace.Delete(path))
            ? TypedResults.NoContent()
            : throw new ProblemException(StatusCodes.Status404NotFound, $"Agent {id} has no file '{path}'.");
    }

    // A header is ASCII, and a name in Hebrew is not.
    private static string LocationOf(long id, string path) =>
        $"/api/agents/{id}/files/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    private static async Task<Workspace> WorkspaceOf(
        long id,
        AgentRegister agents,
        Workspaces workspaces,
        CancellationToken cancellationToken
    )
    {
        _ = await agents.ReadAsync(id, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id);
        return workspaces.Of(id);
    }

    private static T Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (FileRefusedException exception)
        {
            throw Refusal(exception);
        }
    }

    private static ProblemException Refusal(FileRefusedException exception) =>
        new(
            exception.Reason switch
            {
                FileRefusal.Missing => StatusCodes.Status404NotFound,
                FileRefusal.TooLarge or FileRefusal.Quota => StatusCodes.Status413PayloadTooLarge,
                FileRefusal.DiskFull => StatusCodes.Status507InsufficientStorage,
                FileRefusal.IsFolder or FileRefusal.IsFile or FileRefusal.NoFile => StatusCodes.Status409Conflict,
                _ => StatusCodes.Status422UnprocessableEntity,
            },
            exception.Message
        );
}
