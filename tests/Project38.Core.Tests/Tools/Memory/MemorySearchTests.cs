using CsCheck;
using Project38.Core.Tools;
using Project38.Core.Tools.Memory;

namespace Project38.Core.Tests.Tools.Memory;

public sealed class MemorySearchTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Best_HasMostOfTheWords_AndOfEqualsTheNewest() =>
        Found("gold price", 3, "gold", "the price of GOLD", "a price", "silver", "gold again")
            .ShouldBe(["the price of GOLD", "gold again", "a price"]);

    [Theory]
    [InlineData("מחיר", "המחיר עלה")]
    [InlineData("  price,zz:gold! ", "gold")]
    [InlineData("ÉTÉ", "un été")]
    [InlineData("𐐀", "a 𐐀 b")]
    public void Words_AreFound_InsideOthers_InAnyScript(string query, string text) =>
        Found(query, 1, text, "nothing of it").ShouldBe([text]);

    [Theory]
    [InlineData("")]
    [InlineData(" .,;!? ")]
    [InlineData("\ud800")]
    public void Query_NeedsAWord(string query) =>
        Should.Throw<ToolException>(() => new MemorySearch(query, 1)).Message.ShouldContain("no word");

    [Fact]
    public void Excerpt_IsCutToWhereTheWordStands()
    {
        var text = new string('a', 1000) + " needle " + new string('b', 1000);

        var found = Found("needle", 1, text).ShouldHaveSingleItem();

        found.Length.ShouldBe(402);
        found.ShouldStartWith("…aaa");
        found.ShouldContain(" needle bbb");
        found.ShouldEndWith("b…");
    }

    // Whatever it is given, it finds no more than it may, each with a word of the query, and cuts no character in two.
    [Fact]
    public void Best_IsBounded_AndWellFormed() =>
        Gen.Select(
                Gen.String.Where(text => text.Any(char.IsAsciiLetter)),
                Gen.String[0, 2000].Array[0, 30],
                Gen.Int[1, 5]
            )
            .Sample(
                (query, texts, limit) =>
                {
                    var found = Found(query, limit, texts);
                    found.Count.ShouldBeLessThanOrEqualTo(limit);
                    found.ShouldAllBe(text => text.Length <= 402);
                }
            );

    [Fact]
    public void Excerpt_CutsNoCharacterInTwo() =>
        Gen.Int[0, 700]
            .Sample(place =>
            {
                var text =
                    string.Concat(Enumerable.Repeat("😀", place)) + "x" + string.Concat(Enumerable.Repeat("😀", 700));
                Found("x", 1, text).ShouldHaveSingleItem().EnumerateRunes().ShouldAllBe(rune => rune.Value != 0xFFFD);
            });

    private static IReadOnlyList<string> Found(string query, int limit, params string[] texts)
    {
        var search = new MemorySearch(query, limit);
        for (var place = 0; place < texts.Length; place++)
        {
            search.Add(new MemoryEntry("observation", place, Noon.AddMinutes(place), null, texts[place]));
        }
        return [.. search.Best().Select(entry => entry.Text)];
    }
}
