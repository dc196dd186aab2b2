using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Project38.Cli.Evaluation.Judging;

/// <summary>JSON in one form: keys sorted, <c>", "</c> and <c>": "</c> between, as Python's <c>json.dumps</c> writes it.</summary>
internal static class PlainJson
{
    /// <summary>The form; null when the text is no JSON.</summary>
    public static string? Of(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64 });
            var plain = new StringBuilder();
            Write(document.RootElement, plain);
            return plain.ToString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write(JsonElement value, StringBuilder plain)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                plain.Append('{');
                foreach (
                    var (index, one) in value.EnumerateObject().OrderBy(one => one.Name, StringComparer.Ordinal).Index()
                )
                {
                    plain.Append(index == 0 ? "" : ", ");
                    Text(one.Name, plain);
                    plain.Append(": ");
                    Write(one.Value, plain);
                }
                plain.Append('}');
                break;
            case JsonValueKind.Array:
                plain.Append('[');
                foreach (var (index, one) in value.EnumerateArray().Index())
                {
                    plain.Append(index == 0 ? "" : ", ");
                    Write(one, plain);
                }
                plain.Append(']');
                break;
            case JsonValueKind.String:
                Text(value.GetString()!, plain);
                break;
            case JsonValueKind.Number:
                plain.Append(Number(value.GetRawText()));
                break;
            default:
                plain.Append(value.GetRawText());
                break;
        }
    }

    private static void Text(string text, StringBuilder plain) =>
        plain.Append('"').Append(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)).Append('"');

    // A whole number as it stands; another as the shortest that reads back the same, with a point.
    private static string Number(string raw)
    {
        if (raw.AsSpan().IndexOfAny(".eE") < 0 || !double.TryParse(raw, CultureInfo.InvariantCulture, out var number))
        {
            return raw;
        }
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E') ? text.ToLowerInvariant()
            : text.Contains('.') ? text
            : text + ".0";
    }
}
