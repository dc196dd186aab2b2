using System.Diagnostics;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Tools;
using Project38.Core.Tools.Http.Reading;

namespace Project38.Core.Tests.Tools.Http.Reading;

public sealed class CssSelectorTests
{
    private const string Page = """
        <div id=top class="a b"><p class=x>1<p>2<p lang=en-US data-n=3>3</div>
        <ul><li>4<li class=x>5<li>6</ul>
        <p>7</p><span></span><p><b>8</b></p>
        """;

    private static readonly Gen<string> s_simple = Gen.OneOf(
        "div",
        "p",
        "b",
        "*",
        ".x",
        ".y",
        "#i",
        "[lang]",
        "[class~=x]",
        "p.x",
        ":first-child",
        "p:last-child",
        ":only-child",
        "p:first-of-type",
        "b:last-of-type",
        ":only-of-type",
        ":nth-child(2)",
        ":nth-child(2n+1)",
        ":nth-child(-n+2)",
        ":nth-last-child(2)",
        "p:nth-of-type(2)",
        "p:nth-last-of-type(odd)",
        ":not(.x)",
        ":not(p, .y)",
        "div:not(p .x)"
    );

    private static readonly Gen<string> s_selectors =
        from parts in s_simple.Array[1, 4]
        from between in Gen.OneOf(" ", " > ", " + ", " ~ ", ", ").Array[4]
        select string.Concat(parts.Select((part, at) => at == 0 ? part : between[at] + part));

    private static readonly Gen<string> s_pages = Gen.OneOf(
            "<div>",
            "<div class=x>",
            "</div>",
            "<p>",
            "<p class='x y' lang=en>",
            "</p>",
            "<b>",
            "<b class=y>",
            "</b>",
            "<i id=i></i>",
            "text"
        )
        .Array[0, 25]
        .Select(string.Concat);

    [Theory]
    [InlineData("p", "1|2|3|7|8")]
    [InlineData("div p", "1|2|3")]
    [InlineData("body > p", "7|8")]
    [InlineData("#top.a > .x", "1")]
    [InlineData("p + p", "2|3")]
    [InlineData("p.x ~ p", "2|3")]
    [InlineData("li:nth-child(2), b", "5|8")]
    [InlineData("li:not(.x)", "4|6")]
    [InlineData("[data-n='3']", "3")]
    [InlineData("p[lang|=en]", "3")]
    [InlineData("LI.x", "5")]
    [InlineData("span:empty", "")]
    [InlineData("body p:last-of-type", "3|8")]
    [InlineData("nothing", null)]
    public void Select_FindsWhatTheSelectorSays(string css, string? expected) =>
        string.Join('|', Select(css, Page)).ShouldBe(expected ?? "");

    [Theory]
    [InlineData("")]
    [InlineData("p >")]
    [InlineData("p[")]
    [InlineData("p:has(a)")]
    [InlineData("p:contains('x')")]
    [InlineData("p::before")]
    [InlineData("p:unknown")]
    [InlineData("a || b")]
    [InlineData("svg|a")]
    [InlineData(":nth-child(2 of .x)")]
    [InlineData("{}")]
    public void Parse_SaysWhatIsNotKnown(string css) => Should.Throw<ToolException>(() => CssSelector.Parse(css));

    [Fact]
    public void Select_FindsTheSameAsTheLibrary_OnAnyPage() =>
        Gen.Select(s_selectors, s_pages)
            .Sample(
                (css, html) =>
                {
                    var page = Parse(html);
                    return CssSelector.Parse(css).Select(page).SequenceEqual(page.Document.QuerySelectorAll(css));
                }
            );

    public static TheoryData<string, string> Hostile =>
        new()
        {
            // By trying all ancestors this takes longer than there is time.
            { "ancestors", string.Concat(Enumerable.Repeat("div ", 100)) + ".none" },
            { "siblings", string.Concat(Enumerable.Repeat("* ~ ", 100)) + ".none" },
            { "both", string.Concat(Enumerable.Repeat("* ~ * ", 60)) + ".none" },
            { "nots", string.Concat(Enumerable.Repeat(":not(", 80)) + "p" + new string(')', 80) },
            { "list", string.Join(',', Enumerable.Repeat(":nth-last-of-type(2n+1)", 20)) },
            { "long", new string('p', 501) },
            { "brackets", new string('(', 500) },
            { "escapes", string.Concat(Enumerable.Repeat("\\0", 250)) },
        };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Select_EndsInBounds_WhateverTheSelectorIs(string name, string css)
    {
        var html =
            string.Concat(Enumerable.Repeat("<div><p></p>", 200)) + string.Concat(Enumerable.Repeat("<p></p>", 20_000));

        try
        {
            var page = Parse(html, TimeProvider.System);
            CssSelector.Parse(css).Select(page).Count().ShouldBeLessThan(100_000, name);
        }
        catch (ToolException refusal)
        {
            refusal.Message.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void Select_FindsAClass_AmongVeryMany()
    {
        var page = Parse(
            $"<p class='{string.Join(' ', Enumerable.Range(0, 500_000).Select(i => $"c{i}"))} x'>found</p><p class=xx>"
        );
        var started = Stopwatch.GetTimestamp();

        CssSelector.Parse("p.x").Select(page).ShouldHaveSingleItem();

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(40));
    }

    private static IEnumerable<string> Select(string css, string html)
    {
        var page = Parse(html);
        return CssSelector.Parse(css).Select(page).Select(element => ReadableText.Line(element, page, 1000));
    }

    // Time stands still, unless the test is of time: on a busy machine an honest page may take long.
    private static HtmlPage Parse(string html, TimeProvider? time = null) =>
        HtmlPage.Parse(html, new Uri("https://example.com/"), new ReadingBudget(time ?? new FakeTimeProvider()));
}
