using System.Globalization;
using CsCheck;
using Project38.Core.Agents.Versions;

namespace Project38.Core.Tests.Agents.Versions;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void Of_HasThreeLinesAroundAChange()
    {
        var from = string.Concat(Enumerable.Range(1, 20).Select(line => $"{line}\n"));

        var diff = UnifiedDiff.Of(from, from.Replace("10\n", "ten\n"), "a", "b");

        diff.ShouldBe("--- a\n+++ b\n@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n");
    }

    [Theory]
    [InlineData("a\nb\n", "a\nb\n")]
    [InlineData("a\r\nb", "a\nb\n")]
    [InlineData(null, "")]
    public void Of_IsEmpty_WhenNothingDiffers(string? from, string? to) =>
        UnifiedDiff.Of(from, to, "a", "b").ShouldBeEmpty();

    [Fact]
    public void Of_ShowsAllOfIt_WhenOneIsMissing()
    {
        UnifiedDiff.Of(null, "x\n", "a", "b").ShouldEndWith("@@ -0,0 +1,1 @@\n+x\n");
        UnifiedDiff.Of("x\n", null, "a", "b").ShouldEndWith("@@ -1,1 +0,0 @@\n-x\n");
    }

    [Fact]
    public void Of_MakesTheSecondOfTheFirst_WhateverTheyAre()
    {
        // Few different lines, so that much is alike.
        var text = Gen.Char["abcd"].Select(letter => letter.ToString()).List[0, 40];

        Gen.Select(text, text)
            .Sample(
                (from, to) =>
                {
                    var diff = UnifiedDiff.Of(string.Join('\n', from), string.Join('\n', to), "a", "b");
                    Patch(from, diff).ShouldBe(to);
                },
                iter: 2_000
            );
    }

    [Fact]
    public void Of_IsRightAndQuick_WhenTwoVeryLongTextsHaveNothingInCommon()
    {
        var from = Enumerable.Range(0, 30_000).Select(line => $"{line}").ToList();
        var to = Enumerable.Range(0, 30_000).Select(line => $"-{line}").ToList();

        var diff = UnifiedDiff.Of(string.Join('\n', from), string.Join('\n', to), "a", "b");

        Patch(from, diff).ShouldBe(to);
    }

    /// <summary>What <c>patch</c> does, holding every line and count to what the diff says.</summary>
    private static List<string> Patch(IReadOnlyList<string> from, string diff)
    {
        var made = new List<string>();
        var at = 0;
        var (oldLeft, newLeft) = (0, 0);
        foreach (var line in diff.Split('\n')[..^1].Skip(2))
        {
            if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                (oldLeft, newLeft).ShouldBe((0, 0));
                var numbers = line.Split('-', ',', ' ', '+').Where(part => part.Length > 0 && part != "@@").ToArray();
                var (start, oldCount) = (Number(numbers[0]), Number(numbers[1]));
                (oldLeft, newLeft) = (oldCount, Number(numbers[3]));
                var first = oldCount == 0 ? start : start - 1;
                made.AddRange(from.Skip(at).Take(first - at));
                at = first;
                made.Count.ShouldBe(newLeft == 0 ? Number(numbers[2]) : Number(numbers[2]) - 1);
                continue;
            }
            if (line[0] != '+')
            {
                line[1..].ShouldBe(from[at++]);
                oldLeft--;
            }
            if (line[0] != '-')
            {
                made.Add(line[1..]);
                newLeft--;
            }
        }
        (oldLeft, newLeft).ShouldBe((0, 0));
        made.AddRange(from.Skip(at));
        return made;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
