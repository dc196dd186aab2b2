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

    // A large value is not sent twice; the text block is for readers of logs and simple clients.
    private const int MaxText = 4096;

    public static ToolAnswer Ok(JsonNode? value) => new("ok", Detail: null, value);

    public static ToolAnswer Recorded(JsonNode? value) => new("recorded", Detail: null, value);

    public static ToolAnswer Refused(string message) => new("refused", message, Value: null);

    public static ToolAnswer Error(string message) => new("error", message, Value: null);

    /// <summary>The answer as MCP has it.</summary>
    public CallToolResult ToResult()
    {
        if (Outcome is not ("ok" or "recorded"))
        {
            return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = Detail ?? Outcome }] };
        }

        var structured = JsonSerializer.SerializeToElement(new JsonObject { ["value"] = Value?.DeepClone() }, Json);
        var text = structured.GetRawText();
        return new CallToolResult
        {
            StructuredContent = structured,
            Content = [new TextContentBlock { Text = text.Length <= MaxText ? text : "(see structuredContent)" }],
        };
    }
}
