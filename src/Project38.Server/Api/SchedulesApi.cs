using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Project38.Contracts;
using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;
using Project38.Server.Http;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Api;

/// <summary>Schedules: what comes, how it went, and what one would do.</summary>
internal static class SchedulesApi
{
    private const int Shown = 10;
    private const int Most = 100;

    private const string SpreadNote =
        "'H' is chosen when an agent is made, from its number, and stays the same from then on: 'p38 schedule AGENT' then "
        + "shows its fires.";

    // The tick comes a moment after the instant, and a worker another moment later: that is not late.
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(10);

    /// <summary>Maps <c>/api/agents/{id}/schedule</c> and <c>/api/schedules/preview</c>.</summary>
    public static void MapSchedules(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/agents/{id:long}/schedule", GetAsync)
            .Says(
                "getSchedule",
                "Its next fires, and how the last ones went",
                new RouteFacts
                {
                    Query =
                    [
                        QueryParameter.Count("next", "So many next fires.", Shown, Most),
                        QueryParameter.Count("last", "So many lines of the ledger.", Shown, Most),
                    ],
                }
            );
        routes
            .MapPost("/api/schedules/preview", PreviewAsync)
            .Says("previewSchedule", "The next fires of a schedule nobody has");
    }

    private static async Task<Ok<ScheduleResponse>> GetAsync(
        long id,
        HttpContext context,
        AgentRegister agents,
        TaskBook book,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(context.Request);
        var (next, last) = (query.Count("next", Shown, Most), query.Count("last", Shown, Most));
        query.ThrowIfWrong();

        var agent = (await agents.ReadAsync(id, cancellationToken) ?? throw AgentsApi.NoSuchAgent(id)).Agent;
        var fires = NextOf(agent, next);
        var ledger = await book.LedgerAsync(id, last, cancellationToken);
        return TypedResults.Ok(
            new ScheduleResponse
            {
                AgentId = id,
                Status = agent.Status.ToSnakeCase(),
                Schedule = agent.Cron,
                Timezone = agent.TimeZone,
                Next = fires,
                Note = NoteOf(agent),
                Last = [.. ledger.Select(task => Of(task, InTime + JitterOf(agent)))],
            }
        );
    }

    private static async Task<Ok<SchedulePreviewResponse>> PreviewAsync(
        Body<PreviewScheduleRequest> body,
        IDbContextFactory<ProductDb> databases,
        CancellationToken cancellationToken
    )
    {
        var (given, zone) = (body.Value, body.Value.Timezone ?? "UTC");
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var after = given.After ?? await DatabaseClock.NowAsync(db, cancellationToken);
        var schedule = Schedule.TryParse(given.Schedule!, zone, after, out var wrong);
        if (schedule is null)
        {
            throw ConfigOf.Invalid([new FieldError(Schedule.IsZone(zone) ? "schedule" : "timezone", wrong!)]);
        }
        return TypedResults.Ok(
            new SchedulePreviewResponse(
                schedule.Cron,
                schedule.TimeZone,
                schedule.IsSpread ? [] : [.. Fires(schedule, after, given.Count ?? Shown)],
                schedule.IsSpread ? SpreadNote : null
            )
        );
    }

    // The first one is the row's own: it may be due already, and have no line yet.
    private static IReadOnlyList<DateTimeOffset> NextOf(Agent agent, int count)
    {
        if (agent.NextFire is not { } first || count == 0)
        {
            return [];
        }

        var schedule = AgentConfig.Read(agent.Config, first.AddTicks(-1), out _)?.Schedule?.For(agent.Id);
        return schedule is null ? [first] : [first, .. Fires(schedule, first, count - 1)];
    }

    private static string? NoteOf(Agent agent)
    {
        if (agent is not { Status: AgentStatus.Active, NextFire: null, Cron: not null })
        {
            return null;
        }
        var schedule = AgentConfig.Read(agent.Config, agent.UpdatedAt, out _)?.Schedule;
        return schedule?.NotAfter is { } end
            ? $"Its schedule is over: it has no fire up to 'not_after', which is {end:u}. Write a later one, or leave it out."
            : "Its schedule has no fire any more. Write another.";
    }

    private static IEnumerable<DateTimeOffset> Fires(Schedule schedule, DateTimeOffset after, int count)
    {
        for (var fire = schedule.NextAfter(after); count > 0 && fire is { } at; count--)
        {
            yield return at;
            fire = schedule.NextAfter(at);
        }
    }

    private static TimeSpan JitterOf(Agent agent) =>
        AgentConfig.Read(agent.Config, agent.UpdatedAt, out _)?.Jitter ?? TimeSpan.Zero;

    // Of the first run: a retry waits on purpose.
    private static string? LateReason(AgentTask task, TimeSpan inTime) =>
        task.Attempt == 1 && task.StartedAt - task.ScheduledAt is { } late && late > inTime
            ? string.Create(CultureInfo.InvariantCulture, $"late by {late.TotalSeconds:0} s")
            : null;

    private static FireResponse Of(AgentTask task, TimeSpan inTime) =>
        new()
        {
            TaskId = task.Id,
            ScheduledAt = task.ScheduledAt,
            LastFireAt = task.LastFireAt,
            Fires = task.Fires,
            Status = task.Status.ToSnakeCase(),
            LateSeconds = (task.StartedAt - task.ScheduledAt)?.TotalSeconds,
            Reason = task.Error ?? LateReason(task, inTime),
        };
}
