using System.Text.Json;

namespace Project38.Core.Tools.Sessions;

/// <summary>What an agent's process says to the platform, beside its tool calls.</summary>
/// <param name="Method">One of <see cref="ReservedMethods"/>.</param>
/// <param name="Parameters">A JSON object; written by the agent's process, so to be read with suspicion.</param>
public sealed record ReservedMessage(string Method, JsonElement Parameters);

/// <summary>The reserved requests of docs/architecture/tool-session.md.</summary>
public static class ReservedMethods
{
    /// <summary>How a run ended; the last message of a run.</summary>
    public const string Finish = "p38/finish";

    /// <summary>One event of a trial.</summary>
    public const string Trial = "p38/trial";

    /// <summary>What a check found; the last message of a check.</summary>
    public const string Findings = "p38/findings";

    /// <summary>Whether nothing may follow it. Only the first one counts, and tools answer no more.</summary>
    internal static bool IsLast(string method) => method is Finish or Findings;

    internal static bool IsReserved(string method) => method is Finish or Trial or Findings;
}

/// <summary>Receives reserved requests, one at a time and in the order they were sent; each is answered with {}.</summary>
public delegate ValueTask ReservedRequests(ReservedMessage message, CancellationToken cancellationToken);
