using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;

namespace Project38.Core.Tests.Tools.Http;

public sealed class WebBodyTests
{
    private static readonly Gen<byte[]> Bodies = Gen.OneOf<byte[]>(
        Gen.Byte.Array[0, 200],
        Gen.Char["aש👋\"\\\n\r\t\b\f\u0001\u001f\u007f\u0085\u2028é "]
            .Array[0, 200]
            .Select(characters => Encoding.UTF8.GetBytes(new string(characters)))
    );

    public static TheoryData<byte[], bool> Kinds =>
        new()
        {
            { [], true },
            { "plain"u8.ToArray(), true },
            { "{\"שם\": \"👋\"}\r\n"u8.ToArray(), true },
            { [0xEF, 0xBB, 0xBF, (byte)'a'], true },
            { [(byte)'a', 0, (byte)'b'], false },
            { [0xFF, 0xFE], false },
            { [0xED, 0xA0, 0x80], false },
            { [0xC0, 0x80], false },
            { [.. Enumerable.Repeat((byte)1, 1000)], true },
            // Six times as long once escaped: base64 is shorter.
            { [.. Enumerable.Repeat((byte)1, 100_000)], false },
            { [.. Enumerable.Repeat((byte)'"', 90_000)], true },
            { [.. Enumerable.Repeat((byte)'"', 200_000)], false },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void IsText_IsTrue_ForUtf8ThatStaysShort(byte[] body, bool text)
    {
        var (name, _) = WebBody.ToJson(body);

        name.ShouldBe(text ? "body" : "body_base64");
        Carried(body).ShouldBe(body);
    }

    [Fact]
    public void ToJson_CarriesEveryByte_WhateverTheyAre() =>
        Bodies.Sample(body => Carried(body).AsSpan().SequenceEqual(body));

    [Fact]
    public void ToJson_LeavesLettersAsTheyAre_SoThatNoneBecomesTwelveBytes()
    {
        var (_, structured) = Answer("שלום 👋"u8.ToArray());

        Encoding.UTF8.GetString(structured!.Value.Span).ShouldBe("""{"value":{"body":"שלום 👋"}}""");
    }

    private static byte[] Carried(byte[] body)
    {
        var (_, structured) = Answer(body);
        var value = JsonElement.Parse(structured!.Value.Span).GetProperty("value");
        return value.TryGetProperty("body", out var text)
            ? Encoding.UTF8.GetBytes(text.GetString()!)
            : value.GetProperty("body_base64").GetBytesFromBase64();
    }

    private static (ModelContextProtocol.Protocol.CallToolResult, ReadOnlyMemory<byte>?) Answer(byte[] body)
    {
        var (name, value) = WebBody.ToJson(body);
        return ToolAnswer.Ok(new JsonObject { [name] = value }).ToResult();
    }
}
