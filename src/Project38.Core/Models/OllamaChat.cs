using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Project38.Core.Models;

/// <summary>A model of Ollama by its own API, <c>/api/chat</c>.</summary>
/// <remarks>
/// Not by its OpenAI-compatible API, which cannot say how much the model shall keep in mind, so that a long prompt is cut
/// without a word. And not by OllamaSharp: it overlooks an error in the middle of a stream, and does not end with its token.
/// </remarks>
/// <param name="http">Stays open.</param>
/// <param name="address">Where Ollama is.</param>
/// <param name="model">The model's name there.</param>
/// <param name="contextTokens">Prompt and answer together.</param>
internal sealed class OllamaChat(HttpClient http, Uri address, string model, int contextTokens) : IChatClient
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly Uri _chat = new(address.ToString().TrimEnd('/') + "/api/chat");

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var part in AskAsync(messages, options, stream: false, cancellationToken))
        {
            updates.Add(Update(part));
        }

        return updates.ToChatResponse();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var part in AskAsync(messages, options, stream: true, cancellationToken))
        {
            yield return Update(part);
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc/>
    public void Dispose() { }

    // A whole answer has the form of one that came as a stream of one part.
    private async IAsyncEnumerable<Part> AskAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options,
        bool stream,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _chat)
        {
            Content = JsonContent.Create(Body(messages, options, stream)),
        };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var said = ErrorBody.MessageOf(
                BinaryData.FromBytes(await response.Content.ReadAsByteArrayAsync(cancellationToken))
            );
            throw new OllamaException((int)response.StatusCode, said ?? response.ReasonPhrase ?? "");
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (
            var part in JsonSerializer.DeserializeAsyncEnumerable<Part>(
                body,
                topLevelValues: true,
                s_json,
                cancellationToken
            )
        )
        {
            if (part is null)
            {
                throw new JsonException("A part of the answer is null.");
            }

            yield return part.Error is null ? part : throw new OllamaException(status: null, part.Error);
        }
    }

    private JsonObject Body(IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream) =>
        new()
        {
            ["model"] = model,
            ["stream"] = stream,
            ["messages"] = new JsonArray([
                .. messages.Select(message => new JsonObject
                {
                    ["role"] = message.Role.Value,
                    ["content"] = string.Join("\n\n", message.Contents.OfType<TextContent>()),
                }),
            ]),
            ["format"] = options?.ResponseFormat is ChatResponseFormatJson { Schema: { } schema }
                ? JsonSerializer.SerializeToNode(schema)
                : null,
            ["options"] = new JsonObject { ["num_ctx"] = contextTokens, ["num_predict"] = options?.MaxOutputTokens },
        };

    private static ChatResponseUpdate Update(Part part)
    {
        var update = new ChatResponseUpdate(ChatRole.Assistant, part.Message?.Content ?? "");
        if (part.Done)
        {
            // It says nothing of its cache; a model on one's own machine is rarely paid for anyway.
            update.FinishReason = part.DoneReason == "length" ? ChatFinishReason.Length : ChatFinishReason.Stop;
            update.Contents.Add(
                new UsageContent(
                    new UsageDetails { InputTokenCount = part.PromptEvalCount, OutputTokenCount = part.EvalCount }
                )
            );
        }

        return update;
    }

    /// <summary>A part of an answer, the last with the count.</summary>
    private sealed record Part(
        Said? Message,
        bool Done,
        string? DoneReason,
        long? PromptEvalCount,
        long? EvalCount,
        string? Error
    );

    private sealed record Said(string? Content);
}

/// <summary>Ollama says that something is wrong.</summary>
/// <param name="status">Of HTTP; null in the middle of an answer.</param>
/// <param name="message">What it says.</param>
internal sealed class OllamaException(int? status, string message) : Exception(message)
{
    /// <summary>Of HTTP; null in the middle of an answer.</summary>
    public int? Status { get; } = status;
}
