using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace Project38.Core.Tools;

/// <summary>What an agent gets for a call.</summary>
/// <param name="Outcome"><c>ok</c>, <c>recorded</c>, <c>refused</c> or <c>error</c>.</param>
/// <param name="Detail">The message when it is <c>refused</c> or <c>error</c>.</param>
/// <param name="ErrorClass">Which kind, by <see cref="ToolErrorClass"/>, when it is <c>refused</c> or <c>error</c>.</param>
internal sealed record ToolAnswer(string Outcome, string? Detail, string? ErrorClass)
{
    // Hebrew as Hebrew: the default encoder makes six bytes of each letter.
    public static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Default)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // A large value is not sent twice; the text block is for readers of logs and simple clients.
    private const int MaxText = 4096;

    // {"value": …}: MCP wants an object. Made once, for the agent and for what is counted.
    private readonly JsonElement _structured;

    private ToolAnswer(string outcome, JsonNode? value)
        : this(outcome, Detail: null, ErrorClass: null) =>
        // A value that a tool keeps may not have two parents.
        _structured = JsonSerializer.SerializeToElement(
            new JsonObject { ["value"] = value?.Parent is null ? value : value.DeepClone() },
            Json
        );

    /// <summary>What the call did cost, in millionths of a USD.</summary>
    public long CostMicroUsd { get; init; }

    /// <summary>Bytes of UTF-8 of the value as JSON, or of the message.</summary>
    public int Bytes =>
        Detail is null ? JsonMarshal.GetRawUtf8Value(_structured).Length : Encoding.UTF8.GetByteCount(Detail);

    public static ToolAnswer Ok(JsonNode? value) => new("ok", value);

    public static ToolAnswer Recorded(JsonNode? value) => new("recorded", value);

    public static ToolAnswer Refused(string message, string errorClass) => new("refused", message, errorClass);

    public static ToolAnswer Error(string message, string errorClass) => new("error", message, errorClass);

    /// <summary>The answer as MCP has it.</summary>
    public CallToolResult ToResult()
    {
        if (Detail is not null)
        {
            return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = Detail }] };
        }

        return new CallToolResult
        {
            StructuredContent = _structured,
            Content =
            [
                new TextContentBlock { Text = Bytes <= MaxText ? _structured.GetRawText() : "(see structuredContent)" },
            ],
        };
    }
}
