using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Project38.Contracts;
using Project38.Core.Handoffs;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Handoffs: what the next run receives, what every run left, and a new beginning.</summary>
internal static class HandoffsApi
{
    private static readonly JsonElement NoState = JsonElement.Parse("{}");

    /// <summary>Maps <c>/api/agents/{id}/handoff</c> and <c>/handoffs</c>.</summary>
    public static void MapHandoffs(this IEndpointRouteBuilder routes)
    {
        var agent = routes.MapGroup("/api/agents/{id:long}");
        agent.MapGet("/handoff", NextAsync).Says("getHandoff", "What the next run receives");
        agent.MapDelete("/handoff", ResetAsync).Says("resetHandoff", "Lets the next run begin anew");
        agent
            .MapGet("/handoffs", HistoryAsync)
            .Says(
                "listHandoffs",
                "What each run left, newest first",
                new RouteFacts
                {
                    Query =
                    [
                        QueryParameter.Limit,
                        new QueryParameter("before", "integer", "Only of runs with a lower number.") { Minimum = 1 },
                    ],
                }
            );
    }

    private static async Task<Ok<HandoffResponse>> NextAsync(
        long id,
        HandoffBook handoffs,
        CancellationToken cancellationToken
    )
    {
        var next = await handoffs.NextAsync(id, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id);
        return TypedResults.Ok(
            new HandoffResponse
            {
                AgentId = id,
                NextRun = next.RunNumber,
                Fresh = next.View is null,
                State = next.View?.State ?? NoState,
                Observations = Of(next.View?.Observations),
                Actions = Of(next.View?.Actions),
                Summary = next.View?.Summary ?? "",
            }
        );
    }

    private static async Task<NoContent> ResetAsync(
        long id,
        HandoffBook handoffs,
        HttpContext context,
        CancellationToken cancellationToken
    ) =>
        await handoffs.ResetAsync(id, context.User.Identity!.Name!, cancellationToken)
            ? TypedResults.NoContent()
            : throw AgentsApi.NoSuchAgent(id);

    private static async Task<Ok<IReadOnlyList<RunHandoffResponse>>> HistoryAsync(
        long id,
        HandoffBook handoffs,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(context.Request);
        var (limit, before) = (query.Limit(), query.Number("before"));
        query.ThrowIfWrong();

        var rows = await handoffs.HistoryAsync(id, before, limit, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id);
        return TypedResults.Ok<IReadOnlyList<RunHandoffResponse>>([.. rows.Select(Of)]);
    }

    private static IReadOnlyList<HandoffEntryResponse> Of(IReadOnlyList<HandoffEntry>? entries) =>
        [.. (entries ?? []).Select(entry => new HandoffEntryResponse(entry.Run, entry.At, entry.Text, entry.Failed))];

    private static RunHandoffResponse Of(HandoffRow row) =>
        new()
        {
            Run = row.RunNumber,
            Generation = row.Generation,
            Succeeded = row.Succeeded,
            State = row.State is null ? null : JsonElement.Parse(row.State),
            Observations = Of(row.Observations),
            Actions = Of(row.Actions),
            Summary = row.Summary,
            CreatedAt = row.CreatedAt,
            ExpiresAt = row.ExpiresAt,
        };

    private static IReadOnlyList<NoteResponse> Of(IReadOnlyList<NotedText> notes) =>
        [.. notes.Select(note => new NoteResponse(note.At, note.Text))];
}
