using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Project38.Server.Http.OpenApi;

/// <summary>Examples of requests, answers and problems.</summary>
/// <remarks>
/// A test sends each request to a real server, and holds each answer to its schema. The answers were given by one, on one
/// agent's first day, and are cut where they are long.
/// </remarks>
internal static class Examples
{
    private static readonly JsonObject s_all = Read("examples.json");

    /// <summary>Requests by operation: a JSON object for each that takes a body.</summary>
    public static JsonObject Requests { get; } = s_all["requests"]!.AsObject();

    /// <summary>Answers by operation, of the routes that people start with.</summary>
    public static JsonObject Answers { get; } = Read("answers.json");

    /// <summary>Adds its examples to an operation.</summary>
    /// <exception cref="InvalidOperationException">It takes a body, and there is none.</exception>
    public static void Add(OpenApiOperation operation)
    {
        if (operation.RequestBody?.Content is { } content && content.TryGetValue("application/json", out var json))
        {
            json.Example =
                Requests[operation.OperationId!]?.DeepClone()
                ?? throw new InvalidOperationException($"There is no example of {operation.OperationId}.");
        }

        if (Answers[operation.OperationId!] is { } answer)
        {
            var done = operation.Responses!.First(one => one.Key is "200" or "201").Value;
            done.Content!["application/json"].Example = answer.DeepClone();
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

    private static JsonObject Read(string name)
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
