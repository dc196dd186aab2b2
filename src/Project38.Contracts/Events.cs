using System.Text.Json.Serialization;

namespace Project38.Contracts;

/// <summary>Something that happened on the platform. Events of <c>GET /api/events</c>, each named by its kind.</summary>
/// <remarks>It names things by number; what they are now is asked for where they are.</remarks>
public sealed record EventResponse
{
    /// <summary>
    /// <c>task.started</c>, <c>task.ended</c>, <c>task.skipped</c>, <c>task.missed</c>, <c>agent.changed</c> or
    /// <c>message.new</c>; or <c>reset</c>: what happened since the last id is not known any more, read the lists anew.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>The agent; left out where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AgentId { get; init; }

    /// <summary>The task; left out where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TaskId { get; init; }

    /// <summary>The inbox message; left out but of <c>message.new</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MessageId { get; init; }

    /// <summary>
    /// Of <c>task.ended</c>: the task's status, or <c>retrying</c> when it will run again; left out of all others.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }

    /// <summary>Of <c>agent.changed</c>: what was done, as the audit names it, for example <c>agent.pause</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Action { get; init; }

    /// <summary>By the database's clock; left out of <c>reset</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? At { get; init; }
}

/// <summary>What a run printed. Event <c>log</c> of <c>GET /api/tasks/{id}/events</c>.</summary>
/// <param name="Attempt">Which run of the task, from 1.</param>
/// <param name="Offset">How many bytes of UTF-8 it printed before; a gap is what nobody kept.</param>
/// <param name="Text">What it printed.</param>
public sealed record LogEventResponse(int Attempt, long Offset, string Text);

/// <summary>A tool call that ended. Event <c>step</c> of <c>GET /api/tasks/{id}/events</c>.</summary>
/// <param name="Attempt">Which run of the task, from 1.</param>
/// <param name="Number">1, 2, 3… within the run.</param>
/// <param name="Tool">Full tool name.</param>
/// <param name="Outcome"><c>ok</c>, <c>recorded</c>, <c>refused</c> or <c>error</c>.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record StepEventResponse(int Attempt, int Number, string Tool, string Outcome, double Seconds);
