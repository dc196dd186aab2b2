using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Project38.Cli.Output;

/// <summary>JSON as people read it: on one line, in their own letters.</summary>
internal static class JsonWords
{
    // Readable Hebrew: nothing here is put into a web page.
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>For example <c>{"base":100}</c>.</summary>
    public static string Of(JsonElement value)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Readable))
        {
            value.WriteTo(writer);
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
