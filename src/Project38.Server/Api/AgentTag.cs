using System.Globalization;
using Microsoft.Net.Http.Headers;
using Project38.Core.Agents;
using Project38.Core.Storage;
using Project38.Server.Http;

namespace Project38.Server.Api;

/// <summary>The tag of an agent's state, <c>ETag</c> and <c>If-Match</c> (RFC 9110): who changes what they have not seen is told.</summary>
/// <remarks>It names what people change. When an agent is due next moves by itself, and is not part of it.</remarks>
internal static class AgentTag
{
    /// <summary>The tag of a state.</summary>
    /// <param name="updatedAt">Of the agent; each state has its own.</param>
    public static string Of(DateTimeOffset updatedAt) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{updatedAt.ToUnixMicroseconds():x}\"");

    /// <summary>Who asks, and the states that <c>If-Match</c> names; without it, or with <c>*</c>, any state.</summary>
    /// <exception cref="ProblemException">The header cannot be read.</exception>
    public static Editor EditorOf(HttpContext context)
    {
        var who = context.User.Identity!.Name!;
        var given = context.Request.Headers.IfMatch;
        if (given.Count == 0)
        {
            return who;
        }
        if (!EntityTagHeaderValue.TryParseStrictList(given, out var tags))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "If-Match takes the ETag of an agent as it was given, in its quotes, or '*'."
            );
        }

        return tags.Any(tag => tag.Tag == "*")
            ? who
            : new Editor(who, [.. tags.Select(StateOf).OfType<DateTimeOffset>()]);
    }

    /// <summary>The refusal of a change to a state that is no more.</summary>
    public static ProblemException Stale(long id) =>
        new(
            StatusCodes.Status412PreconditionFailed,
            $"Agent {id} was changed since you read it, and nothing was changed now. Read it again with "
                + $"GET /api/agents/{id}, and send your change with the ETag you get."
        );

    // What is no tag of ours, or weak, names no state.
    private static DateTimeOffset? StateOf(EntityTagHeaderValue tag) =>
        !tag.IsWeak
        && long.TryParse(
            tag.Tag.AsSpan().Trim('"'),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var microseconds
        )
        && microseconds is >= 0 and <= MaxMicroseconds
            ? Microseconds.FromUnixMicroseconds(microseconds)
            : null;

    // The last instant that a DateTimeOffset holds.
    private const long MaxMicroseconds = 253_402_300_799_999_999;
}
