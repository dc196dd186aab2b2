using System.Diagnostics;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Tools;
using Project38.Core.Tools.Http.Reading;

namespace Project38.Core.Tests.Tools.Http.Reading;

public sealed class ReadableTextTests
{
    private static readonly Gen<string> s_html = Gen.OneOf<string>(
            Gen.OneOf([
                .. "div p b i a table tr td th ul ol li h1 pre nav main article script style svg math select template form"
                    .Split(' ')
                    .SelectMany(name => (string[])[$"<{name}>", $"</{name}>", $"<{name} id=a class='b c' href='/x'>"]),
                "<!--",
                "-->",
                "&amp;",
                "&#0;",
                "&notit;",
                "<![CDATA[",
                "<",
                ">",
                "\"",
                "\0",
                " hidden ",
            ]),
            Gen.String[0, 8]
        )
        .Array[0, 60]
        .Select(string.Concat);

    [Theory]
    [InlineData("<p>One  two\n three</p><p>Four", "One two three\n\nFour")]
    [InlineData("a<br>b<div>c</div>d", "a\nb\nc\nd")]
    [InlineData("<h1>Title</h1>text<h3>Part</h3>more", "# Title\n\ntext\n\n### Part\n\nmore")]
    [InlineData("<ul><li>a<li>b<ul><li>c</ul></ul>d", "- a\n- b\n  - c\n\nd")]
    [InlineData("<ol><li>a<li>b</ol>", "1. a\n2. b")]
    [InlineData("<table><tr><th>A<th>B<tr><td>1<td>2</table>x", "A | B\n1 | 2\n\nx")]
    [InlineData("<table><tr><td><h2>Side</h2>a<td><p>b</table>", "## Side\n\na\n\nb")]
    [InlineData("<pre>a\n  b</pre>", "a\n  b")]
    [InlineData("<script>x()</script><style>a{}</style><template>t</template>seen<noscript>n</noscript>", "seen")]
    [InlineData("<p hidden>a<p aria-hidden=true>b<p style='color:red; DISPLAY : none'>c<p>d", "d")]
    [InlineData("<nav>menu</nav><p>text</p><aside>ad</aside><footer>(c)</footer>", "text")]
    [InlineData("<header>top</header><main><p>text</main><div>side</div>", "text")]
    [InlineData("<div>side</div><article>story</article>", "story")]
    [InlineData("<article>one</article><article>two</article>", "one\ntwo")]
    [InlineData("<main></main><p>text", "text")]
    [InlineData("<nav>only this</nav>", "only this")]
    [InlineData("<p dir=rtl>שלום&nbsp;עולם &amp; 👋</p>", "שלום עולם & 👋")]
    [InlineData("", "")]
    public void Of_IsWhatAPersonReads(string html, string expected) => Read(html).ShouldBe(expected);

    [Theory]
    [InlineData("<a href='/b?c=1'>here</a>", "here (https://example.com/b?c=1)")]
    [InlineData("<base href='https://other.example/x/'><a href=y>here</a>", "here (https://other.example/x/y)")]
    [InlineData("<base href='javascript:1'><a href=y>here</a>", "here (https://example.com/y)")]
    [InlineData("<a href='#part'>here</a>", "here")]
    [InlineData("<a href='javascript:alert(1)'>here</a>", "here")]
    [InlineData("<a href='https://[bad'>here</a>", "here (https://[bad)")]
    public void Of_NamesAddresses_WhenLinksAreAskedFor(string html, string expected) =>
        Read(html, links: true).ShouldBe(expected);

    public static TheoryData<string, string> Hostile =>
        new()
        {
            { "nested", Repeat("<div>", 100_000) },
            { "nested and closed", Repeat("<div>", 100_000) + "x" + Repeat("</div>", 100_000) },
            {
                "misnested",
                string.Concat(Enumerable.Range(0, 20_000).Select(i => $"<b a{i}>")) + Repeat("</i>", 500_000)
            },
            { "formatting", Repeat("<b><i><u>", 20_000) + Repeat("<p>x</b>", 50_000) },
            { "links in links", Repeat("<a href=/x><div>", 60_000) },
            { "fonts", Repeat("<font color=red></p>", 60_000) },
            { "lists", Repeat("<ul><li>x", 60_000) },
            { "tables", Repeat("<table><tr><td>x", 30_000) },
            { "text before tables", "<table>" + Repeat("x<b>", 50_000) },
            { "attributes", "<p " + string.Concat(Enumerable.Range(0, 300_000).Select(i => $"a{i} ")) + ">x" },
            {
                "one attribute a million times",
                "<p "
                    + Repeat("a ", 1_000_000)
                    + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"a{i} "))
                    + ">x"
            },
            {
                "formatting with many attributes",
                Repeat("<b " + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"a{i} ")) + ">x", 2)
            },
            {
                "a long base",
                $"<base href='https://example.com/{new string('x', 3_000_000)}/'>" + Repeat("<a href=y>z</a>", 5_000)
            },
            { "one long attribute", $"<p title='{new string('x', 3_000_000)}'>x" },
            { "elements", Repeat("<i></i>", 500_000) },
            { "templates", Repeat("<template>", 60_000) },
            { "svg", Repeat("<svg><g>", 60_000) },
            { "comments", Repeat("<!--", 500_000) },
            { "entities", Repeat("&NotEqualTilde;&notit;", 150_000) },
            { "scripts", "<script>" + Repeat("<!--<script", 300_000) },
            { "nulls", new string('\0', 1_000_000) },
            { "brackets", new string('<', 2_000_000) },
            {
                "long links",
                $"<base href='https://example.com/{new string('x', 1900)}/'>" + Repeat("<a href=y>z</a>", 50_000)
            },
            { "bidi", Repeat("\u202e\u2066", 500_000) },
        };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Of_EndsInBounds_WhateverThePageIs(string name, string html)
    {
        string text;
        var started = Stopwatch.GetTimestamp();
        try
        {
            text = Read(html, links: true, TimeProvider.System);
        }
        catch (ToolException refusal)
        {
            // Too much of something, in words.
            text = refusal.Message;
        }

        text.Length.ShouldBeLessThanOrEqualTo(1024 * 1024, name);
        // Its budget is 5 seconds; without one, each of these takes minutes. The machine may be busy.
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(40), name);
    }

    [Fact]
    public void Of_ThrowsNothingButARefusal_WhateverTheTags() =>
        s_html.Sample(html =>
        {
            var text = Read(html, links: true);
            return Read(html, links: true) == text && !text.StartsWith('\n') && !text.EndsWith('\n');
        });

    [Fact]
    public void Of_ReadsPlainWordsAsTheyAre_WhateverStandsAroundThem() =>
        Gen
            .Char.AlphaNumeric.Array[1, 30]
            .Select(characters => new string(characters))
            .Sample(word =>
                Read($"<script>no</script><div><p><b>{word}</b></div>") == word
                && Read($"<table><tr><td>{word}<td>{word}</table>") == $"{word} | {word}"
            );

    // Time stands still, unless the test is of time: on a busy machine an honest page may take long.
    private static string Read(string html, bool links = false, TimeProvider? time = null) =>
        ReadableText.Of(
            HtmlPage.Parse(html, new Uri("https://example.com/a"), new ReadingBudget(time ?? new FakeTimeProvider())),
            links
        );

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
