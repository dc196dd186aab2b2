using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.External.Connecting;

namespace Project38.Core.Tools.External;

/// <summary>What an agent gets of a tool server's answer: <c>{"text": …, "data": …}</c>, without secrets.</summary>
internal static class ExternalAnswer
{
    /// <summary>Reads an answer.</summary>
    /// <exception cref="ToolException">It is an error, or nothing that may be handed on.</exception>
    public static JsonNode Read(ExternalName name, CallToolResult result, KnownSecrets secrets, ExternalOptions options)
    {
        var text = Text(result.Content);
        if (result.IsError == true)
        {
            throw new ToolException(
                $"{name} failed: {(text.Length == 0 ? "it does not say why." : ServerFault.Words(text, secrets))}"
            );
        }

        JsonNode? data = null;
        if (result.StructuredContent is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } structured)
        {
            if (!StorableText.IsText(structured))
            {
                throw new ToolException($"{name} answered with something that is no text.");
            }

            if (JsonShape.WhyNot(structured, options.Depth) is { } why)
            {
                throw new ToolException($"{name} answered with data that {why}.");
            }

            data =
                structured.ValueKind == JsonValueKind.Object
                    ? JsonObject.Create(structured)
                    : JsonNode.Parse(structured.GetRawText());
        }

        var answer = new JsonObject { ["text"] = StorableText.Clean(text), ["data"] = data };
        if (Leaks(answer, secrets))
        {
            answer = (JsonObject)Redacted(answer, secrets)!;
            // A secret of digits alone may stand there as a number.
            if (Leaks(answer, secrets))
            {
                throw new ToolException(
                    $"{name} answered with a secret of the platform, so its answer is not handed on."
                );
            }
        }

        return answer;
    }

    private static string Text(IEnumerable<ContentBlock> blocks)
    {
        var text = new StringBuilder();
        foreach (var block in blocks)
        {
            text.Append(text.Length > 0 ? "\n" : "")
                .Append(
                    block switch
                    {
                        TextContentBlock said => said.Text,
                        EmbeddedResourceBlock { Resource: TextResourceContents resource } => resource.Text,
                        ResourceLinkBlock link => link.Uri,
                        _ => $"[{block.Type} left out]",
                    }
                );
        }

        return text.ToString();
    }

    private static bool Leaks(JsonObject answer, KnownSecrets secrets)
    {
        var whole = answer.ToJsonString(ToolAnswer.Json);
        return secrets.Redact(whole) != whole;
    }

    private static JsonNode? Redacted(JsonNode? node, KnownSecrets secrets)
    {
        switch (node)
        {
            case JsonObject fields:
                var kept = new JsonObject();
                foreach (var (name, value) in fields)
                {
                    kept[secrets.Redact(name)] = Redacted(value, secrets);
                }

                return kept;
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Redacted(item, secrets))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return JsonValue.Create(secrets.Redact(value.GetValue<string>()));
            default:
                return node?.DeepClone();
        }
    }
}
