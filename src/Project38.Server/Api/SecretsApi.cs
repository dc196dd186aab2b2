using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Secrets;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Secrets: names come out, values only go in.</summary>
internal static class SecretsApi
{
    /// <summary>Maps <c>/api/secrets</c>.</summary>
    public static void MapSecrets(this IEndpointRouteBuilder routes)
    {
        var secrets = routes.MapGroup("/api/secrets");
        secrets.MapGet("", ListAsync).Says("listSecrets", "Names of secrets; no value comes out");
        secrets.MapPut("/{name}", PutAsync).Says("putSecret", "Keeps a value that nobody may see");
        secrets.MapDelete("/{name}", DeleteAsync).Says("deleteSecret", "Forgets one");
    }

    private static async Task<Ok<IReadOnlyList<SecretResponse>>> ListAsync(
        SecretStore secrets,
        CancellationToken cancellationToken
    ) => TypedResults.Ok<IReadOnlyList<SecretResponse>>([.. (await secrets.ListAsync(cancellationToken)).Select(Of)]);

    private static async Task<Ok<SecretResponse>> PutAsync(
        string name,
        Body<PutSecretRequest> body,
        SecretStore secrets,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var value = body.Value.Value!;
        var errors = new FieldErrors();
        if (SecretName.WhyNot(name) is { } wrongName)
        {
            errors.Add("name", wrongName);
        }
        if (SecretStore.WhyNotValue(value) is { } wrongValue)
        {
            errors.Add("value", wrongValue);
        }
        errors.ThrowIfAny();

        return TypedResults.Ok(Of(await secrets.PutAsync(name, value, Who(context), cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(
        string name,
        SecretStore secrets,
        HttpContext context,
        CancellationToken cancellationToken
    ) =>
        await secrets.DeleteAsync(name, Who(context), cancellationToken)
            ? TypedResults.NoContent()
            : throw new ProblemException(
                StatusCodes.Status404NotFound,
                SecretName.WhyNot(name) ?? $"There is no secret {name}. GET /api/secrets lists the names."
            );

    private static string Who(HttpContext context) => context.User.Identity!.Name!;

    private static SecretResponse Of(Secret secret) =>
        new()
        {
            Name = secret.Name,
            CreatedAt = secret.CreatedAt,
            UpdatedAt = secret.UpdatedAt,
            UpdatedBy = secret.UpdatedBy,
        };
}
