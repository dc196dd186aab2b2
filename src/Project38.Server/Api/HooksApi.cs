using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Harness.Hooks;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Hooks: addresses that start an agent. Their makers bring the token, their senders the address alone.</summary>
internal static class HooksApi
{
    private const string DefaultName = "webhook";
    private const int ShortestKey = 16;

    /// <summary>Maps <c>/api/agents/{id}/hooks</c> and <c>/api/hooks/{secret}</c>.</summary>
    public static void MapHooks(this IEndpointRouteBuilder routes)
    {
        // An answer with an address is not to stand in the table of keys, nor what anybody sends whom we do not know.
        var unkept = new RouteFacts { Unkept = true };
        var hooks = routes.MapGroup("/api/agents/{id:long}/hooks");
        hooks.MapGet("", ListAsync).Says("listHooks", "Its hooks; no address comes out");
        hooks.MapPost("", AddAsync).Says("addHook", "Makes an address that starts it, shown this once", unkept);
        hooks.MapDelete("/{hookId:long}", RemoveAsync).Says("removeHook", "Takes a hook away");
        routes
            .MapPost("/api/hooks/{secret}", DeliverAsync)
            .AllowAnonymous()
            .Says(
                "deliver",
                "Starts the agent of a hook, with what is sent",
                unkept with
                {
                    TakesAnything = true,
                    Refuses = [401, 413, 429, 503],
                }
            );
    }

    private static async Task<Ok<IReadOnlyList<HookResponse>>> ListAsync(
        long id,
        AgentRegister agents,
        HookBook hooks,
        CancellationToken cancellationToken
    )
    {
        _ = await agents.ReadAsync(id, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id);
        var found = await hooks.ListAsync(id, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<HookResponse>>([.. found.Select(Of)]);
    }

    private static async Task<Created<NewHookResponse>> AddAsync(
        long id,
        Body<AddHookRequest> body,
        HookBook hooks,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var (name, key) = (body.Value.Name?.Trim() ?? DefaultName, body.Value.SigningKey);
        var errors = new FieldErrors();
        if (LineText.FirstWrong(name) is { } wrong)
        {
            errors.Add("name", $"holds {wrong}, which no line of text shows. Leave it out.");
        }
        if (key is not null && WhyNotKey(key) is { } wrongKey)
        {
            errors.Add("signing_key", wrongKey);
        }
        errors.ThrowIfAny();

        var who = context.User.Identity!.Name!;
        switch (await hooks.AddAsync(id, name, key, who, cancellationToken))
        {
            case HookAnswer.Added(var hook, var secret):
                var (of, request) = (Of(hook), context.Request);
                return TypedResults.Created(
                    $"/api/agents/{id}/hooks",
                    new NewHookResponse
                    {
                        Id = of.Id,
                        AgentId = of.AgentId,
                        Name = of.Name,
                        IsSigned = of.IsSigned,
                        CreatedBy = of.CreatedBy,
                        CreatedAt = of.CreatedAt,
                        LastUsedAt = of.LastUsedAt,
                        Address = $"{request.Scheme}://{request.Host}/api/hooks/{secret}",
                    }
                );
            case HookAnswer.TooMany(var most):
                throw new ProblemException(
                    StatusCodes.Status409Conflict,
                    $"Agent {id} has {most} hooks, and may have no more. Remove one that nobody uses."
                );
            default:
                throw AgentsApi.NoSuchAgent(id);
        }
    }

    private static async Task<NoContent> RemoveAsync(
        long id,
        long hookId,
        HookBook hooks,
        HttpContext context,
        CancellationToken cancellationToken
    ) =>
        await hooks.RemoveAsync(id, hookId, context.User.Identity!.Name!, cancellationToken)
            ? TypedResults.NoContent()
            : throw new ProblemException(
                StatusCodes.Status404NotFound,
                $"Agent {id} has no hook {hookId}. GET /api/agents/{id}/hooks lists those it has."
            );

    private static async Task<Accepted<DeliveryResponse>> DeliverAsync(
        string secret,
        HookBook hooks,
        HookDeliveries deliveries,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        // 1. Who knows no address learns nothing, and nothing that they send is read.
        var hook =
            await hooks.FindAsync(secret, cancellationToken)
            ?? throw new ProblemException(
                StatusCodes.Status404NotFound,
                "There is no such hook. Ask the agent's owner for a new address: p38 hook add AGENT"
            );

        // 2. The bytes as they came, and whether they came from whom they should.
        var sent = await SentDelivery.ReadAsync(context.Request, cancellationToken);
        if (!hooks.IsSigned(hook, sent.Body, sent.Signature))
        {
            throw new ProblemException(
                StatusCodes.Status401Unauthorized,
                "The delivery is not signed with this hook's key. Send 'X-Signature-256: sha256=…': HMAC-SHA-256 of the "
                    + "body's bytes in hexadecimal."
            );
        }

        // 3. Its task.
        switch (await deliveries.DeliverAsync(hook, sent.ToDelivery(), cancellationToken))
        {
            case DeliveryAnswer.Accepted(var taskId):
                return TypedResults.Accepted($"/api/tasks/{taskId}", new DeliveryResponse(taskId));
            case DeliveryAnswer.TooMany(var most):
                context.Response.Headers.RetryAfter = "60";
                throw new ProblemException(
                    StatusCodes.Status429TooManyRequests,
                    $"{most} tasks of the agent wait already. Send it again later."
                );
            case DeliveryAnswer.NotActive(var status):
                throw new ProblemException(
                    StatusCodes.Status409Conflict,
                    $"The agent is {status.ToSnakeCase()}, and nothing was started. Its owner can resume it; then send it again."
                );
            default:
                throw new System.Diagnostics.UnreachableException("An answer of a kind unknown here.");
        }
    }

    private static string? WhyNotKey(string key) =>
        key.Length < ShortestKey
            ? $"has {key.Length} characters; write at least {ShortestKey}, drawn at random"
            : SecretStore.WhyNotValue(key)?.Replace("'value'", "'signing_key'", StringComparison.Ordinal);

    private static HookResponse Of(Hook hook) =>
        new()
        {
            Id = hook.Id,
            AgentId = hook.AgentId,
            Name = hook.Name,
            IsSigned = hook.SigningKey is not null,
            CreatedBy = hook.CreatedBy,
            CreatedAt = hook.CreatedAt,
            LastUsedAt = hook.LastUsedAt,
        };
}
