using Project38.Cli.Output;

namespace Project38.Cli.Tests;

/// <summary>How text is measured, broken, cut and turned for a terminal.</summary>
public sealed class CellsTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("plain", 5)]
    [InlineData("שלום", 4)]
    [InlineData("שָׁלוֹם", 4)] // with points
    [InlineData("日本", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("😀", 2)]
    [InlineData("❤️", 2)]
    [InlineData("🇮🇱", 2)]
    [InlineData("👨‍👩‍👧‍👦", 2)]
    [InlineData("👍🏽", 2)]
    public void Of_CountsWhatATerminalDraws(string text, int cells) => Cells.Of(text).ShouldBe(cells);

    [Theory]
    [InlineData("שלום", 4, "שלום")]
    [InlineData("שָׁלוֹם לך", 4, "שָׁלוֹ…")]
    [InlineData("a👨‍👩‍👧‍👦b", 3, "a…")]
    [InlineData("a👨‍👩‍👧‍👦bc", 4, "a👨‍👩‍👧‍👦…")]
    public void Cut_DividesNoCharacter(string text, int most, string cut)
    {
        Cells.Cut(text, most).ShouldBe(cut);
        Cells.Of(cut).ShouldBeLessThanOrEqualTo(most);
    }

    [Theory]
    [InlineData(5, "one two three", "one|two|three")]
    [InlineData(3, "👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦|👨‍👩‍👧‍👦")]
    [InlineData(4, "abcdefgh", "abcd|efgh")]
    [InlineData(6, "    indented", "    in|dented")]
    [InlineData(80, "", "")]
    public void Wrap_BreaksBetweenWords_AndElseBetweenCharacters(int width, string line, string parts) =>
        string.Join('|', Wrap.At(width, line)).ShouldBe(parts);

    [Theory]
    [InlineData("plain 'name'", "plain 'name'")]
    [InlineData("'סכום' is paused", "'\u2068סכום\u2069' is paused")]
    [InlineData("  הסכום הוא 3 ", "  \u2068הסכום הוא 3\u2069 ")]
    [InlineData("'a' and 'ב'", "'a' and '\u2068ב\u2069'")]
    public void Isolated_KeepsHebrewFromTurningWhatIsBesideIt(string text, string isolated) =>
        RightToLeft.Isolated(text).ShouldBe(isolated);

    [Fact]
    public void WithoutControls_TakesAwayWhatWouldTurnALine() =>
        RightToLeft.WithoutControls("a\u202Eb\u2066c\u2069").ShouldBe("abc");

    [Fact]
    public void Lines_FitThePage_HoweverWideTheRowsAre()
    {
        string[] name =
        [
            "1",
            string.Concat(Enumerable.Repeat("שם ארוך 👨‍👩‍👧‍👦 ", 20)),
            "active",
            "Thu 26 Nov 08:00",
            "0 8 * * *",
        ];

        var lines = Grid.Lines(80, ["ID", "NAME", "STATUS", "NEXT", "SCHEDULE"], [name]).ToList();

        lines.ShouldAllBe(line => Cells.Of(string.Join(Grid.Between, line)) <= 80);
        lines[1][0].ShouldBe("1 ");
        lines[1][1].TrimEnd().ShouldEndWith("…");
        lines[1][3].ShouldBe("Thu 26 Nov 08:00");
        lines[1][4].ShouldBe("0 8 * * *");
    }

    [Theory]
    [InlineData(40, "ID  NAME      STATUS  NEXT      SCHEDULE")]
    [InlineData(30, "ID  NAME  STATUS  NEXT  SCHED…")]
    public void Lines_KeepTheirHeadersOnOneLine_WhenThePageIsNarrow(int width, string header)
    {
        var lines = Grid.Lines(
                width,
                ["ID", "NAME", "STATUS", "NEXT", "SCHEDULE"],
                [
                    ["1", "Expenses total over 1,000", "active", "Fri 27 Nov 08:00", "0 8 * * * (Asia/Jerusalem)"],
                ]
            )
            .Select(line => string.Join(Grid.Between, line))
            .ToList();

        lines.ShouldAllBe(line => Cells.Of(line) <= width);
        lines[0].ShouldBe(header);
        lines[1].ShouldStartWith("1 ");
    }

    [Fact]
    public void Lines_BreakTheLastColumn_WhenItDoesNotFit()
    {
        var lines = Grid.Lines(
                20,
                ["A", "B"],
                [
                    ["1", "one two three four five"],
                ]
            )
            .ToList();

        string.Join('\n', lines.Select(line => string.Join(Grid.Between, line)))
            .ShouldBe("A  B\n1  one two three\n   four five");
    }
}
