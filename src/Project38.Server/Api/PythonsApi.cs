using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Execution.Pythons;
using Project38.Core.Storage;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Python images: packages for agents, in this node's home.</summary>
internal static class PythonsApi
{
    /// <summary>Maps <c>/api/pythons</c>.</summary>
    public static void MapPythons(this IEndpointRouteBuilder routes)
    {
        var pythons = routes.MapGroup("/api/pythons");
        pythons.MapGet("", ListAsync).Says("listPythons", "The Python images: packages for agents");
        pythons
            .MapPost("", AddAsync)
            .Produces<PythonResponse>(StatusCodes.Status201Created)
            .Says("addPython", "Packages, of wheels alone, become a Python image");
        pythons
            .MapDelete("/{name}", RemoveAsync)
            .Says("removePython", "A Python image that no agent uses is removed", new RouteFacts { Refuses = [409] });
    }

    private static async Task<Ok<IReadOnlyList<PythonResponse>>> ListAsync(
        PythonImages images,
        IDbContextFactory<ProductDb> databases,
        CancellationToken cancellationToken
    )
    {
        var users = await UsersAsync(databases, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<PythonResponse>>([
            .. images.All().Select(image => Of(image, users[image.Name])),
        ]);
    }

    private static async Task<IResult> AddAsync(
        Body<AddPythonRequest> body,
        PythonInstaller installer,
        CancellationToken cancellationToken
    )
    {
        var request = body.Value;
        Check(request);
        try
        {
            return
                await installer.AddAsync(request.Name!, request.Packages!, request.FindLinks, cancellationToken)
                    is { } image
                ? TypedResults.Created("/api/pythons", Of(image, []))
                : Problem.Of(
                    StatusCodes.Status409Conflict,
                    $"There is a Python image '{request.Name}' already, and none is ever changed. Choose another name, "
                        + $"or remove it first: p38 python remove {request.Name}"
                );
        }
        catch (PythonImageException exception)
        {
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, exception.Message);
        }
    }

    private static async Task<NoContent> RemoveAsync(
        string name,
        PythonImages images,
        PythonInstaller installer,
        IDbContextFactory<ProductDb> databases,
        CancellationToken cancellationToken
    )
    {
        var image =
            images.Find(name)
            ?? throw new ProblemException(
                StatusCodes.Status404NotFound,
                $"There is no Python image '{name}'. GET /api/pythons lists those there are."
            );
        var users = (await UsersAsync(databases, cancellationToken))[image.Name].ToList();
        if (users.Count > 0)
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict,
                $"The Python image '{name}' is used by {string.Join(", ", users.Select(user => $"{user.Id} ('{user.Name}')"))}. "
                    + "Give them another one, or none, as 'python' in their config, or delete them."
            );
        }

        await installer.RemoveAsync(image.Name, cancellationToken);
        return TypedResults.NoContent();
    }

    private static void Check(AddPythonRequest request)
    {
        var errors = new FieldErrors();
        if (!PythonName.IsOne(request.Name!))
        {
            errors.Add("name", $"is '{request.Name}'; write {PythonName.Form}");
        }
        foreach (var wrong in request.Packages!.Where(package => !PythonInstaller.IsPackage(package)))
        {
            errors.Add("packages", $"has '{wrong}'; write names with or without versions, as in pandas==2.2.1");
        }
        if (request.Packages!.Count == 0)
        {
            errors.Add("packages", "is empty; name a package");
        }
        if (request.FindLinks is { } folder && !(Path.IsPathFullyQualified(folder) && Directory.Exists(folder)))
        {
            errors.Add("find_links", $"is '{folder}', which is no folder of the server's machine; give its whole path");
        }
        errors.ThrowIfAny();
    }

    /// <summary>The agents by the name of the image they use.</summary>
    private static async Task<ILookup<string?, Agent>> UsersAsync(
        IDbContextFactory<ProductDb> databases,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var candidates = await db
            .Agents.AsNoTracking()
            .Where(agent => agent.DeletedAt == null && agent.Config.Contains("\"python\""))
            .OrderBy(agent => agent.Id)
            .ToListAsync(cancellationToken);
        return candidates.ToLookup(agent => PythonName.In(JsonNode.Parse(agent.Config)!.AsObject()));
    }

    private static PythonResponse Of(PythonImage image, IEnumerable<Agent> users) =>
        new()
        {
            Name = image.Name,
            Packages = image.Packages,
            Modules = image.Modules,
            Interpreter = image.Interpreter,
            Hash = image.Hash,
            MadeAt = image.MadeAt,
            Agents = [.. users.Select(user => user.Id)],
        };
}
