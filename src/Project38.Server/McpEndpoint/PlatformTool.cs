using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Project38.Core.Secrets;
using Project38.Server.Http;

namespace Project38.Server.McpEndpoint;

/// <summary>What a tool does.</summary>
internal delegate Task<TAnswer> PlatformHandler<TArguments, TAnswer>(
    PlatformCall call,
    TArguments arguments,
    CancellationToken cancellationToken
);

/// <summary>What a tool does to the world, as clients show it before they call (<c>ToolAnnotations</c>).</summary>
internal enum ToolEffect
{
    /// <summary>It only reads.</summary>
    Reads,

    /// <summary>It makes or changes something, and takes nothing away.</summary>
    Adds,

    /// <summary>It may take something away.</summary>
    Destroys,
}

/// <summary>A tool of the platform for clients of MCP: its arguments are read as strictly as a request's body.</summary>
/// <param name="name">As <c>create_agent</c>.</param>
/// <param name="description">For whoever decides whether to call it.</param>
/// <param name="effect">What it does to the world.</param>
/// <param name="answer">How its answer is written.</param>
/// <param name="handler">What it does.</param>
internal sealed class PlatformTool<TArguments, TAnswer>(
    string name,
    string description,
    ToolEffect effect,
    JsonTypeInfo<TAnswer> answer,
    PlatformHandler<TArguments, TAnswer> handler
) : McpServerTool
    where TArguments : class
{
    /// <inheritdoc/>
    public override Tool ProtocolTool { get; } =
        new()
        {
            Name = name,
            Description = description,
            InputSchema = ArgumentSchema.Of(McpJson.Default.GetTypeInfo(typeof(TArguments))!),
            Annotations = new ToolAnnotations
            {
                ReadOnlyHint = effect == ToolEffect.Reads,
                DestructiveHint = effect == ToolEffect.Destroys,
                IdempotentHint = effect == ToolEffect.Reads,
                OpenWorldHint = false,
            },
        };

    /// <inheritdoc/>
    public override IReadOnlyList<object> Metadata => [];

    /// <inheritdoc/>
    public override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            var arguments = Read(request.Params.Arguments ?? new Dictionary<string, JsonElement>());
            TAnswer made;
            await using (var call = new PlatformCall(request, cancellationToken))
            {
                made = await handler(call, arguments, cancellationToken);
            }
            return Result(JsonSerializer.Serialize(made, answer), failed: false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // As a route would tell it, and not as a fault of the protocol: a model reads it, and does better.
            var problem = request.Services!.GetRequiredService<ProblemHandler>().ResultOf(exception).Problem;
            return Result(Problem.Text(problem, request.Services!.GetRequiredService<KnownSecrets>()), failed: true);
        }
    }

    private static TArguments Read(IDictionary<string, JsonElement> given)
    {
        try
        {
            return StrictRequest.Read<TArguments>(JsonSerializer.SerializeToElement(given), McpJson.Default);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                $"The arguments are not the JSON we take: {exception.Message} UTF-8, no key twice, 60 levels at most."
            );
        }
    }

    // Both ways, as the specification wants it: clients before 2025-06-18 read text alone.
    private static CallToolResult Result(string json, bool failed) =>
        new()
        {
            IsError = failed,
            StructuredContent = JsonElement.Parse(json),
            Content = [new TextContentBlock { Text = json }],
        };
}
