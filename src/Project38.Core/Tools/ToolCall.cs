using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Core.Approvals;

namespace Project38.Core.Tools;

/// <summary>Who calls. It comes from the platform, never from what the caller says.</summary>
/// <param name="AgentId">The agent; names its workspace.</param>
/// <param name="TeamId">Its owner.</param>
/// <param name="TaskId">The task, first part of each call's idempotency key.</param>
/// <param name="RunNumber">Which run of the agent this is.</param>
public sealed record RunIdentity(long AgentId, string TeamId, long TaskId, int RunNumber);

/// <summary>One call of one tool, granted and ready to be made.</summary>
/// <param name="Identity">Who calls.</param>
/// <param name="Grant">What the caller may use.</param>
/// <param name="Step">1, 2, 3… within the run.</param>
/// <param name="IdempotencyKey"><c>task:step:hash of tool and arguments</c>: the same key is the same call.</param>
/// <param name="Arguments">Checked against the tool's parameters; what was left out has its default.</param>
public sealed record ToolCall(
    RunIdentity Identity,
    Manifest Grant,
    int Step,
    string IdempotencyKey,
    Registry.ToolArguments Arguments
)
{
    /// <summary>What time it is, by the run's clock.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Whether its run is to change nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>What it did cost, in USD; set by a tool that costs money. Null: nobody knows, and it counts as the most it can.</summary>
    public decimal? Cost { get; set; }

    /// <summary>
    /// Set by a tool that has to wait for a person: the call is not answered, the run is ended, and the answer comes when its task
    /// is executed again. Null: it waits for nobody.
    /// </summary>
    public ApprovalQuestion? Question { get; set; }

    /// <summary>Asked once, before much is read. Without a session there is always room.</summary>
    internal TakeRoom TakeRoom { get; init; } = (_, _) => ValueTask.CompletedTask;

    /// <summary>What tools keep from call to call of one run.</summary>
    internal Sessions.SessionParts Parts { get; init; } = new();
}

/// <summary>Waits until there is memory for so many bytes of an answer.</summary>
internal delegate ValueTask TakeRoom(long bytes, CancellationToken cancellationToken);

/// <summary>A tool call that did not happen or did not work, in words made for the agent.</summary>
/// <remarks>The one exception whose message reaches the agent as it stands: no path of the host, no secret.</remarks>
public class ToolException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A tool call that was not allowed: what was refused, why, and what to do.</summary>
public sealed class ToolRefusedException(string message) : ToolException(message);

/// <summary>Makes one call.</summary>
/// <returns>The value, as the table of docs/architecture/tool-session.md says; null is JSON null.</returns>
/// <exception cref="ToolException">It was refused or did not work.</exception>
public delegate Task<JsonNode?> ToolHandler(ToolCall call, CancellationToken cancellationToken);
