using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Project38.Core.Approvals;
using Project38.Core.Tools.Records;

namespace Project38.Core.Tools;

/// <summary>What an agent gets for a call.</summary>
/// <param name="Outcome">As <see cref="RunStep.Outcome"/>.</param>
/// <param name="Detail">The message when it is <c>refused</c> or <c>error</c>.</param>
/// <param name="ErrorClass">Which kind, by <see cref="ToolErrorClass"/>, when it is <c>refused</c> or <c>error</c>.</param>
internal sealed record ToolAnswer(string Outcome, string? Detail, string? ErrorClass)
{
    // Hebrew as Hebrew: the default encoder makes six bytes of each letter.
    public static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Default)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonWriterOptions s_writing = new() { Encoder = Json.Encoder, SkipValidation = true };

    // A large value is not sent twice; the text block is for readers of logs and simple clients.
    private const int MaxText = 4096;

    // {"value": …} in UTF-8: MCP wants an object. Made once, for the agent and for what is counted.
    private readonly ReadOnlyMemory<byte> _structured;

    private ToolAnswer(string outcome, ReadOnlyMemory<byte> structured)
        : this(outcome, Detail: null, ErrorClass: null) => _structured = structured;

    private ToolAnswer(string outcome, JsonNode? value)
        : this(outcome, Detail: null, ErrorClass: null) => _structured = Written(value);

    /// <summary>What the call did cost, in millionths of a USD.</summary>
    public long CostMicroUsd { get; init; }

    /// <summary>What a person is to answer; null: nothing.</summary>
    public ApprovalQuestion? Question { get; init; }

    /// <summary>Bytes of UTF-8 of the value as JSON, or of the message.</summary>
    public int Bytes => Detail is null ? _structured.Length : Encoding.UTF8.GetByteCount(Detail);

    /// <summary>The value as the agent gets it, an object; null when there is none.</summary>
    public JsonElement? Structured => Detail is null ? JsonElement.Parse(_structured.Span) : null;

    public static ToolAnswer Ok(JsonNode? value) => new("ok", value);

    public static ToolAnswer Recorded(JsonNode? value) => new("recorded", value);

    public static ToolAnswer Refused(string message, string errorClass) => new("refused", message, errorClass);

    public static ToolAnswer Error(string message, string errorClass) => new("error", message, errorClass);

    /// <summary>What never reaches the agent: the run has ended with the call.</summary>
    public static ToolAnswer Asked(ApprovalQuestion question) =>
        new(RecordedCall.Asked, "A person is to answer.", ErrorClass: null) { Question = question };

    /// <summary>What was answered before.</summary>
    public static ToolAnswer Of(RecordedCall call) =>
        call.Answer is { } answer
            ? new ToolAnswer(call.Outcome, JsonMarshal.GetRawUtf8Value(answer).ToArray())
            : new ToolAnswer(call.Outcome, call.Detail ?? "", call.ErrorClass);

    /// <summary>The answer as MCP has it, but for <c>structuredContent</c>, which the transport adds from these bytes.</summary>
    /// <remarks>
    /// So a value becomes JSON once. By the SDK it would be written, read into a tree, written and read again, and the tree
    /// written: for a large answer that is most of its time and memory.
    /// </remarks>
    /// <returns>The second is <c>{"value": …}</c> in UTF-8; null when there is no value.</returns>
    public (CallToolResult Result, ReadOnlyMemory<byte>? Structured) ToResult()
    {
        if (Detail is not null)
        {
            return (new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = Detail }] }, null);
        }

        var text = Bytes <= MaxText ? Encoding.UTF8.GetString(_structured.Span) : "(see structuredContent)";
        return (new CallToolResult { Content = [new TextContentBlock { Text = text }] }, _structured);
    }

    private static ReadOnlyMemory<byte> Written(JsonNode? value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(bytes, s_writing);
        writer.WriteStartObject();
        writer.WritePropertyName("value"u8);
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer, Json);
        }

        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenMemory;
    }
}
