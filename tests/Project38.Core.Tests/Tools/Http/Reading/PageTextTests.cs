using System.Text;
using CsCheck;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Http.Reading;

namespace Project38.Core.Tests.Tools.Http.Reading;

public sealed class PageTextTests
{
    private const string Word = "שלום";

    [Theory]
    [InlineData("utf-8", "text/html; charset=utf-8", "")]
    [InlineData("utf-8", "text/html", "")]
    [InlineData("utf-8", null, "")]
    [InlineData("windows-1255", "text/html; charset=windows-1255", "")]
    [InlineData("windows-1255", "text/html; charset=\"Windows-1255\"", "")]
    [InlineData("windows-1255", "text/html", "<meta charset=windows-1255>")]
    [InlineData(
        "windows-1255",
        "text/html",
        "<META http-equiv='Content-Type' content='text/html; charset=windows-1255'>"
    )]
    [InlineData("windows-1255", "text/xml", "<?xml version='1.0' encoding='windows-1255'?>")]
    [InlineData("iso-8859-8", "text/html; charset=iso-8859-8-i", "")]
    [InlineData("windows-1255", "text/html; charset=windows-1255", "<meta charset=utf-8>")]
    [InlineData("utf-8", "text/html; charset=no-such-thing", "")]
    [InlineData("utf-8", "text/html", "<meta charset=utf-16>")]
    public void Of_FindsTheCharacters_AsBrowsersDo(string encoding, string? type, string before)
    {
        var bytes = Encoding.Latin1.GetBytes(before).Concat(Bytes(encoding, Word));

        PageText.Of(Answer([.. bytes], type)).ShouldBe(before + Word);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Of_BelievesTheMarkFirst(string encoding)
    {
        var as16 = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. as16.GetPreamble(), .. as16.GetBytes(Word)];

        PageText.Of(Answer(bytes, "text/html; charset=windows-1255")).ShouldBe(Word);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/pdf")]
    [InlineData("application/octet-stream")]
    public void Of_SaysWhatItIs_WhenItIsNoText(string type) =>
        Should.Throw<ToolException>(() => PageText.Of(Answer([1], type))).Message.ShouldContain(type);

    [Fact]
    public void Of_IsRefused_WhenThereIsTooMuch() =>
        Should
            .Throw<ToolException>(() => PageText.Of(Answer(new byte[(4 * 1024 * 1024) + 1], "text/html")))
            .Message.ShouldContain("characters");

    [Fact]
    public void Of_ReadsAnyBytes_AndThrowsNothing() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.OneOf<string>(Gen.String[0, 30], Gen.Const("text/html; charset=utf-7")))
            .Sample(
                (bytes, type) =>
                {
                    try
                    {
                        _ = PageText.Of(Answer(bytes, type));
                    }
                    catch (ToolException)
                    {
                        // The type names no text.
                    }
                }
            );

    private static byte[] Bytes(string encoding, string text) =>
        encoding == "utf-8"
            ? Encoding.UTF8.GetBytes(text)
            : CodePagesEncodingProvider.Instance.GetEncoding(encoding)!.GetBytes(text);

    private static WebAnswer Answer(byte[] body, string? type) =>
        new(
            200,
            "https://example.com/",
            type is null
                ? new Dictionary<string, string>()
                : new Dictionary<string, string> { ["content-type"] = type },
            body
        );
}
