using System.Text.Json;
using System.Text.Unicode;
using ModelContextProtocol.Protocol;

namespace Project38.Core.Tools.Sessions;

/// <summary>One line from an agent, read strictly. Whatever is no message becomes <see cref="Bad"/>.</summary>
internal abstract record AgentMessage
{
    private const int MaxDepth = 64;
    private const int MaxName = 100;

    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = MaxDepth,
        AllowDuplicateProperties = false,
    };

    private AgentMessage() { }

    /// <summary>Waits for an answer.</summary>
    public sealed record Request(RequestId Id, string Method, JsonElement Parameters) : AgentMessage;

    /// <summary>Waits for none.</summary>
    public sealed record Notification(string Method, JsonElement Parameters) : AgentMessage;

    /// <summary>No message; the text says why.</summary>
    public sealed record Bad(string Why) : AgentMessage;

    /// <summary>Reads one line. Never throws.</summary>
    public static AgentMessage Read(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            return new Bad("not UTF-8");
        }

        try
        {
            if (!HasWholeCharacters(line))
            {
                return new Bad("half of a surrogate pair");
            }

            var root = JsonElement.Parse(line, Strict);
            return root.ValueKind == JsonValueKind.Object ? Read(root) : new Bad("not a JSON object");
        }
        catch (JsonException)
        {
            return new Bad("not JSON, deeper than 64 levels, or a name twice in one object");
        }
    }

    private static AgentMessage Read(JsonElement root)
    {
        if (!root.TryGetProperty("jsonrpc", out var version) || !IsText(version, "2.0"))
        {
            return new Bad("not JSON-RPC 2.0");
        }

        if (!root.TryGetProperty("method", out var name) || name.ValueKind != JsonValueKind.String)
        {
            return new Bad("no method");
        }

        var method = name.GetString()!;
        if (method.Length > MaxName)
        {
            return new Bad("a method with too long a name");
        }

        _ = root.TryGetProperty("params", out var parameters);
        if (parameters.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            return new Bad("params that are not an object");
        }

        if (!root.TryGetProperty("id", out var id))
        {
            return new Notification(method, parameters);
        }

        return id.ValueKind switch
        {
            JsonValueKind.Number when id.TryGetInt64(out var number) => new Request(
                new RequestId(number),
                method,
                parameters
            ),
            JsonValueKind.String when id.GetString() is { Length: <= MaxName } text => new Request(
                new RequestId(text),
                method,
                parameters
            ),
            _ => new Bad("an id that is neither a whole number nor a short string"),
        };
    }

    private static bool IsText(JsonElement element, string text) =>
        element.ValueKind == JsonValueKind.String && element.ValueEquals(text);

    // JSON can spell half a character ("\ud800"), which is no text: every later GetString would throw.
    private static bool HasWholeCharacters(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("\\ud"u8) < 0 && line.IndexOf("\\uD"u8) < 0)
        {
            return true;
        }

        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
            {
                continue;
            }

            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }

        return true;
    }
}
