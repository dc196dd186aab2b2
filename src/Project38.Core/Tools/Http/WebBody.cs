using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Project38.Core.Tools.Http;

/// <summary>A body as JSON: its text where it is UTF-8, else base64. What arrives is the same bytes.</summary>
internal static class WebBody
{
    /// <summary>The name under which a body stands as text.</summary>
    public const string AsText = "body";

    /// <summary>The name under which a body stands as base64.</summary>
    public const string AsBase64 = "body_base64";

    // So much longer than base64 may text be once it is escaped: a small answer is readable whatever is in it, and a large
    // one of control characters does not become six times as large.
    private const int MoreThanBase64 = 64 * 1024;

    private static readonly SearchValues<byte> s_escaped = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(control => (byte)control),
        (byte)'"',
        (byte)'\\',
    ]);

    private static readonly JsonTypeInfo<Utf8Text> s_text = JsonMetadataServices.CreateValueInfo<Utf8Text>(
        ToolAnswer.Json,
        new Utf8TextConverter()
    );

    /// <summary>The name and the value under which a body stands in an answer.</summary>
    public static (string Name, JsonNode Value) ToJson(byte[] body) =>
        IsText(body)
            ? (AsText, JsonValue.Create(new Utf8Text(body), s_text)!)
            : (AsBase64, JsonValue.Create(Convert.ToBase64String(body)));

    /// <summary>Whether it is UTF-8 without NUL, and as JSON not much longer than base64.</summary>
    public static bool IsText(ReadOnlySpan<byte> body) =>
        !body.Contains((byte)0)
        && Utf8.IsValid(body)
        && EscapedLength(body) <= Base64.GetMaxEncodedToUtf8Length(body.Length) + MoreThanBase64;

    private static long EscapedLength(ReadOnlySpan<byte> text)
    {
        long length = text.Length;
        for (int at; (at = text.IndexOfAny(s_escaped)) >= 0; text = text[(at + 1)..])
        {
            length += Short(text[at]) == 0 ? 5 : 1;
        }

        return length;
    }

    // Written by hand, and not by the writer's encoder: that makes twelve bytes of each emoji.
    private static int Escape(ReadOnlySpan<byte> text, Span<byte> to)
    {
        var length = 0;
        for (int at; (at = text.IndexOfAny(s_escaped)) >= 0; text = text[(at + 1)..])
        {
            text[..at].CopyTo(to[length..]);
            length += at;
            to[length++] = (byte)'\\';
            if (Short(text[at]) is not 0 and var letter)
            {
                to[length++] = letter;
            }
            else
            {
                "u00"u8.CopyTo(to[length..]);
                to[length + 3] = (byte)('0' + (text[at] >> 4));
                to[length + 4] = "0123456789abcdef"u8[text[at] & 15];
                length += 5;
            }
        }

        text.CopyTo(to[length..]);
        return length + text.Length;
    }

    private static byte Short(byte character) =>
        character switch
        {
            (byte)'"' or (byte)'\\' => character,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => 0,
        };

    /// <summary>Text that is UTF-8 already.</summary>
    private readonly record struct Utf8Text(byte[] Bytes);

    private sealed class Utf8TextConverter : JsonConverter<Utf8Text>
    {
        public override Utf8Text Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A body is only written.");

        public override void Write(Utf8JsonWriter writer, Utf8Text value, JsonSerializerOptions options)
        {
            var room = ArrayPool<byte>.Shared.Rent((int)EscapedLength(value.Bytes) + 2);
            var length = Escape(value.Bytes, room.AsSpan(1));
            room[0] = room[length + 1] = (byte)'"';
            writer.WriteRawValue(room.AsSpan(0, length + 2), skipInputValidation: true);
            ArrayPool<byte>.Shared.Return(room);
        }
    }
}
