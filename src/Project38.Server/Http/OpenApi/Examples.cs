using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Project38.Server.Http.OpenApi;

/// <summary>Examples of requests and of problems. A test sends each request to a real server.</summary>
internal static class Examples
{
    private static readonly JsonObject s_all = Read();

    /// <summary>Requests by operation: a JSON object for each that takes a body.</summary>
    public static JsonObject Requests { get; } = s_all["requests"]!.AsObject();

    /// <summary>Adds its example to an operation.</summary>
    /// <exception cref="InvalidOperationException">It takes a body, and there is none.</exception>
    public static void Add(OpenApiOperation operation)
    {
        if (operation.RequestBody?.Content is { } content && content.TryGetValue("application/json", out var json))
        {
            json.Example =
                Requests[operation.OperationId!]?.DeepClone()
                ?? throw new InvalidOperationException($"There is no example of {operation.OperationId}.");
        }
    }

    /// <summary>A problem of a status.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static JsonNode ProblemOf(int status) =>
        s_all["problems"]![$"{status}"] is { } detail
            ? JsonSerializer.SerializeToNode(
                Problem.Body(status, detail.GetValue<string>()),
                WireJson.Types.ProblemResponse
            )!
            : throw new InvalidOperationException($"There is no example of a problem {status}.");

    private static JsonObject Read()
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream("examples.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
