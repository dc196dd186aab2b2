using System.Text;
using System.Text.Json;

namespace Project38.Cli.Mcp;

/// <summary>One message of JSON-RPC, as far as whoever carries it has to know it.</summary>
internal sealed class McpMessage
{
    private const string VersionKey = "io.modelcontextprotocol/protocolVersion";

    // What is too deep is the server's to refuse, under the message's own id.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_000 };
    private string? _version;
    private string? _name;

    private McpMessage(string text) => Text = text;

    /// <summary>As it was sent.</summary>
    public string Text { get; }

    /// <summary>What is asked; null: it is an answer.</summary>
    public string? Method { get; private set; }

    /// <summary>The JSON of its id; null: it wants no answer.</summary>
    public string? Id { get; private set; }

    /// <summary>The JSON of the id that it cancels.</summary>
    public string? Cancels { get; private set; }

    /// <summary>Reads a line.</summary>
    /// <returns>Null when it is no object of JSON, or its method no text.</returns>
    public static McpMessage? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Deep);
            var root = document.RootElement;
            return
                root.ValueKind == JsonValueKind.Object
                && Part(root, "method") is null or { ValueKind: JsonValueKind.String }
                ? Of(line, root)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: half of a surrogate pair, which is no text.
            return null;
        }
    }

    /// <summary>The headers that streamable HTTP wants beside a message: what is in it already, for whoever does not read it.</summary>
    /// <param name="negotiated">The version of the protocol that <c>initialize</c> came to; a message's own goes before it.</param>
    public IEnumerable<(string Name, string Value)> Headers(string? negotiated)
    {
        if ((_version ?? (Method == "initialize" ? null : negotiated)) is { } version)
        {
            yield return ("MCP-Protocol-Version", version);
        }
        if (Method is { } method && IsPlain(method))
        {
            yield return ("Mcp-Method", method);
        }
        if (_name is { } name && IsPlain(name))
        {
            yield return ("Mcp-Name", name);
        }
    }

    /// <summary>The version in an answer to <c>initialize</c>; null: it is none.</summary>
    public static string? VersionIn(string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return TextOf(Part(document.RootElement, "result"), "protocolVersion");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An answer that says what went wrong.</summary>
    /// <param name="id">JSON.</param>
    /// <param name="code">Of JSON-RPC.</param>
    /// <param name="words">What, why, and what to do.</param>
    public static string Error(string id, int code, string words)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WritePropertyName("id");
            writer.WriteRawValue(id);
            writer.WriteStartObject("error");
            writer.WriteNumber("code", code);
            writer.WriteString("message", words);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static McpMessage Of(string line, JsonElement root)
    {
        var parameters = Part(root, "params");
        var method = TextOf(root, "method");
        return new McpMessage(line)
        {
            Method = method,
            Id = method is null ? null : Part(root, "id")?.GetRawText(),
            Cancels = method == "notifications/cancelled" ? Part(parameters, "requestId")?.GetRawText() : null,
            _version = TextOf(Part(parameters, "_meta"), VersionKey),
            _name = TextOf(parameters, "name") ?? TextOf(parameters, "uri"),
        };
    }

    private static JsonElement? Part(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } whole && whole.TryGetProperty(name, out var part) ? part : null;

    private static string? TextOf(JsonElement? element, string name) =>
        Part(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool IsPlain(string text) => text.Length <= 200 && text.All(letter => letter is > ' ' and <= '~');
}
