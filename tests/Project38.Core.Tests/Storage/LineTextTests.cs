using Project38.Core.Storage;

namespace Project38.Core.Tests.Storage;

/// <summary>A line shows all that it holds.</summary>
public sealed class LineTextTests
{
    [Theory]
    [InlineData("a\tb", "U+0009 (a tab)")]
    [InlineData("a\nb", "U+000A (a line break)")]
    [InlineData("\u001b[2J", "U+001B (Escape)")]
    [InlineData("a\u0000", "U+0000 (a control character)")]
    [InlineData("a\u202eb", "U+202E (it turns the direction of text)")]
    [InlineData("a\u2066b", "U+2066 (it turns the direction of text)")]
    [InlineData("a\u2028b", "U+2028 (a line break)")]
    [InlineData("a\ufeffb", "U+FEFF (an invisible character)")]
    public void FirstWrong_NamesTheCharacter_WhenALineDoesNotShowIt(string text, string wrong) =>
        LineText.FirstWrong(text).ShouldBe(wrong);

    [Theory]
    [InlineData("Prices")]
    [InlineData("מחירים של ת\"א")]
    [InlineData("\u200fמחירים (TASE)\u200f")]
    [InlineData("👨‍👩‍👧 ❤️ 👍🏽")]
    [InlineData("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f")]
    [InlineData("می‌خواهم")]
    public void FirstWrong_IsNone_ForNamesThatPeopleHave(string text) => LineText.FirstWrong(text).ShouldBeNull();

    [Fact]
    public void Clean_PutsABlank_ForEachCharacterThatDoesNotFit() =>
        LineText.Clean("\u001b[31mReminder:\tstand up\n").ShouldBe("[31mReminder: stand up");
}
