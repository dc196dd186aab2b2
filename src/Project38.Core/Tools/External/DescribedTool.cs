using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Project38.Core.Secrets;

namespace Project38.Core.Tools.External;

/// <summary>A tool as its server describes it, read strictly: what people and models are shown is what is here.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it says of itself.</param>
/// <param name="InputSchema">JSON schema of its arguments.</param>
/// <param name="Hash">SHA-256 of all that its server says of it, names of properties in order: the same words, the same hash.</param>
public sealed record DescribedTool(string Name, string Description, string InputSchema, string Hash)
{
    /// <summary>Tools of one server that are looked at.</summary>
    public const int Most = 200;

    private const int MostDescription = 4_000;
    private const int MostSchema = 16_000;
    private const int MostDepth = 16;

    private static readonly JsonWriterOptions s_writing = new() { MaxDepth = 64 };

    /// <summary>Reads what a server listed.</summary>
    /// <returns>The tools that can be called; and why others cannot, a sentence each, with nothing of their words.</returns>
    internal static (IReadOnlyList<DescribedTool> Tools, IReadOnlyList<string> LeftOut) Read(
        IReadOnlyList<Tool> listed,
        KnownSecrets secrets
    )
    {
        var tools = new List<DescribedTool>();
        var leftOut = new List<string>();
        var twice = listed.GroupBy(tool => tool.Name).Where(group => group.Count() > 1).Select(group => group.Key);
        var names = twice.ToHashSet();
        foreach (var tool in listed.Take(Most))
        {
            if (!ExternalName.IsTool(tool.Name))
            {
                leftOut.Add(
                    $"A tool was left out: its name ('{Shown(tool.Name)}') is not of 1 to {ExternalName.MaxTool} letters, digits, "
                        + "'_', '-' and '.'."
                );
            }
            else if (names.Contains(tool.Name))
            {
                leftOut.Add($"{tool.Name} was left out: the server has several of this name.");
            }
            else if (Read(tool, secrets, out var why) is { } read)
            {
                tools.Add(read);
            }
            else
            {
                leftOut.Add($"{tool.Name} was left out: {why}.");
            }
        }

        if (listed.Count > Most)
        {
            leftOut.Add($"The server has more than {Most} tools; those after them were left out.");
        }

        return (tools, [.. leftOut.Distinct().Take(20)]);
    }

    private static DescribedTool? Read(Tool tool, KnownSecrets secrets, out string why)
    {
        var all = new JsonObject();
        try
        {
            var fields = JsonSerializer.SerializeToElement(tool, McpJsonUtilities.DefaultOptions).EnumerateObject();
            // Without what is not for whoever calls it.
            foreach (var field in fields.Where(one => one.Name is not ("_meta" or "icons")))
            {
                if (JsonShape.WhyNot(field.Value, MostDepth - 1) is not null)
                {
                    why = $"its schema is nested more than {MostDepth} levels deep, or has an object with a name twice";
                    return null;
                }

                all[field.Name] = JsonNode.Parse(field.Value.GetRawText());
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            why = "its description cannot be read";
            return null;
        }

        var description = tool.Description ?? "";
        var whole = Canonical(all);
        var schema = Canonical(all["inputSchema"]);
        why =
            description.Length > MostDescription ? $"its description has more than {MostDescription:N0} characters"
            : schema.Length > MostSchema || whole.Length > 4 * MostSchema
                ? $"the schema of its arguments has more than {MostSchema:N0} characters"
            : HasHidden(all) ? "its description has characters that nobody sees"
            : secrets.Redact(whole) != whole ? "its description holds a secret of yours"
            : "";
        return why.Length > 0
            ? null
            : new DescribedTool(
                tool.Name,
                description,
                schema,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))
            );
    }

    // A server may write the same object in another order each time.
    private static string Canonical(JsonNode? node)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, s_writing))
        {
            Write(node, writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(JsonNode? node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case JsonObject fields:
                writer.WriteStartObject();
                foreach (var (name, value) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }

    // What a person does not see, a model still reads.
    private static bool HasHidden(JsonNode? node) =>
        node switch
        {
            JsonObject fields => fields.Any(field => IsHidden(field.Key) || HasHidden(field.Value)),
            JsonArray items => items.Any(HasHidden),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => IsHidden(value.GetValue<string>()),
            _ => false,
        };

    private static bool IsHidden(string text)
    {
        var joined = false;
        foreach (var rune in text.EnumerateRunes())
        {
            // What joins an emoji, and turns a line of Hebrew: one is enough for that, and a row of them can spell.
            var joins = rune.Value is 0x200D or 0x200E or 0x200F;
            if (joins ? joined : IsUnseen(rune))
            {
                return true;
            }

            joined = joins;
        }

        return false;
    }

    // Beside the categories, what Unicode has no glyph for (Default_Ignorable_Code_Point), selectors of variants above all: 256 of
    // them spell any byte.
    private static bool IsUnseen(Rune rune) =>
        rune.Value
            is 0x034F
                or 0x115F
                or 0x1160
                or 0x17B4
                or 0x17B5
                or (>= 0x180B and <= 0x180F)
                or 0x3164
                or (>= 0xFE00 and <= 0xFE0F)
                or 0xFFA0
                or (>= 0xE0000 and <= 0xE0FFF)
        || (
            Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Format
                    or UnicodeCategory.Control
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
            && rune.Value is not ('\n' or '\r' or '\t')
        );

    private static string Shown(string name)
    {
        var plain = new string([.. name.Take(40).Select(one => one is > ' ' and < (char)127 ? one : '?')]);
        return name.Length <= 40 ? plain : plain + "…";
    }
}
