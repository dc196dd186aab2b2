using System.Text.Json.Nodes;
using Project38.Core.Storage;

namespace Project38.Server.Http.OpenApi;

/// <summary>What the API's document says of a route beyond what its handler shows.</summary>
internal sealed record RouteFacts
{
    /// <summary>Parameters of the query.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>Whether it is a list in parts: <see cref="Http.Paging"/>.</summary>
    public bool Paged { get; init; }

    /// <summary>Whether its answer carries the tag of an agent's state.</summary>
    public bool Tagged { get; init; }

    /// <summary>Whether it is made only of a state that the client has seen: <c>If-Match</c>, and 412.</summary>
    public bool Guarded { get; init; }

    /// <summary>Whether it can go on behind a 202: <c>Prefer: respond-async</c>.</summary>
    public bool Long { get; init; }

    /// <summary>Whether its body is the bytes of a file.</summary>
    public bool TakesFile { get; init; }

    /// <summary>Whether its body may be anything.</summary>
    public bool TakesAnything { get; init; }

    /// <summary>Whether its answers are not kept under the keys of requests: what answers is not for the database.</summary>
    public bool Unkept { get; init; }

    /// <summary>Whether it answers with the bytes of a file.</summary>
    public bool GivesFile { get; init; }

    /// <summary>Whether it answers with server-sent events.</summary>
    public bool Streams { get; init; }

    /// <summary>Statuses of problems beside those that follow from the route.</summary>
    public IReadOnlyList<int> Refuses { get; init; } = [];
}

/// <summary>A parameter of a query.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Type"><c>integer</c>, <c>boolean</c> or <c>string</c>.</param>
/// <param name="Description">What it does.</param>
internal sealed record QueryParameter(string Name, string Type, string Description)
{
    /// <summary>What holds when it is left out; null: nothing is chosen.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>The least number.</summary>
    public int? Minimum { get; init; }

    /// <summary>The largest number.</summary>
    public int? Maximum { get; init; }

    /// <summary>All values there are; empty: any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary><c>limit</c>.</summary>
    public static QueryParameter Limit { get; } =
        new("limit", "integer", "At most this many.")
        {
            Default = 100,
            Minimum = 1,
            Maximum = 1000,
        };

    /// <summary><c>offset</c>.</summary>
    public static QueryParameter Offset { get; } =
        new("offset", "integer", "Leave out this many.") { Default = 0, Minimum = 0 };

    /// <summary><c>agent_id</c>.</summary>
    public static QueryParameter AgentId { get; } = new("agent_id", "integer", "Only of this agent.");

    /// <summary><c>status</c>, one of an enum.</summary>
    public static QueryParameter Status<TEnum>()
        where TEnum : struct, Enum =>
        new("status", "string", "Only with this status.") { Values = [.. SnakeCase.Names<TEnum>()] };

    /// <summary>A number of something.</summary>
    public static QueryParameter Count(string name, string description, int otherwise, int most) =>
        new(name, "integer", description)
        {
            Default = otherwise,
            Minimum = 0,
            Maximum = most,
        };
}

/// <summary>Says what the document is to say, where a route is mapped.</summary>
internal static class RouteWords
{
    /// <summary>Name and one sentence.</summary>
    /// <param name="route">The route.</param>
    /// <param name="id">Unique: what generated clients call it.</param>
    /// <param name="summary">What it does.</param>
    /// <param name="facts">More; null: what the handler shows is all.</param>
    public static RouteHandlerBuilder Says(
        this RouteHandlerBuilder route,
        string id,
        string summary,
        RouteFacts? facts = null
    ) => route.WithName(id).WithSummary(summary).WithMetadata(facts ?? new RouteFacts());
}
