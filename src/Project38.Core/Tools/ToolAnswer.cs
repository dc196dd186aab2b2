using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace Project38.Core.Tools;

/// <summary>What an agent gets for a call.</summary>
/// <param name="Outcome"><c>ok</c>, <c>recorded</c>, <c>refused</c> or <c>error</c>.</param>
/// <param name="Detail">The message when it is <c>refused</c> or <c>error</c>.</param>
/// <param name="Value">The value when it is <c>ok</c> or <c>recorded</c>.</param>
internal sealed record ToolAnswer(string Outcome, string? Detail, JsonNode? Value)
{
    // Hebrew as Hebrew: the default encoder makes six bytes of each letter.
    public static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Default)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonWriterOptions s_writing = new() { Encoder = Json.Encoder, SkipValidation = true };

    // A large value is not sent twice; the text block is for readers of logs and simple clients.
    private const int MaxText = 4096;

    public static ToolAnswer Ok(JsonNode? value) => new("ok", Detail: null, value);

    public static ToolAnswer Recorded(JsonNode? value) => new("recorded", Detail: null, value);

    public static ToolAnswer Refused(string message) => new("refused", message, Value: null);

    public static ToolAnswer Error(string message) => new("error", message, Value: null);

    /// <summary>The answer as MCP has it, but for <c>structuredContent</c>, which the transport adds from these bytes.</summary>
    /// <remarks>
    /// So a value becomes JSON once. By the SDK it would be written, read into a tree, written and read again, and the tree
    /// written: for a large answer that is most of its time and memory.
    /// </remarks>
    /// <returns>The second is <c>{"value": …}</c> in UTF-8; null when there is no value.</returns>
    public (CallToolResult Result, ReadOnlyMemory<byte>? Structured) ToResult()
    {
        if (Outcome is not ("ok" or "recorded"))
        {
            var refused = new CallToolResult
            {
                IsError = true,
                Content = [new TextContentBlock { Text = Detail ?? Outcome }],
            };
            return (refused, null);
        }

        var structured = Structured();
        var text = structured.Length <= MaxText ? Encoding.UTF8.GetString(structured.Span) : "(see structuredContent)";
        return (new CallToolResult { Content = [new TextContentBlock { Text = text }] }, structured);
    }

    private ReadOnlyMemory<byte> Structured()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(bytes, s_writing);
        writer.WriteStartObject();
        writer.WritePropertyName("value"u8);
        if (Value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            Value.WriteTo(writer, Json);
        }

        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenMemory;
    }
}
