using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Tools;
using Project38.Core.Tools.Http.Reading;

namespace Project38.Core.Tests.Tools.Http.Reading;

public sealed class FeedReaderTests
{
    private const string Rss = """
        <?xml version="1.0" encoding="utf-8"?>
        <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
             xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/">
          <channel>
            <title>Channel</title><link>https://example.com/</link>
            <atom:link href="https://example.com/feed" rel="self"/>
            <item>
              <media:title>not this</media:title>
              <title>One &amp;amp; <![CDATA[<b>two</b>]]></title>
              <link>/1</link>
              <guid isPermaLink="false">id-1</guid>
              <pubDate>Sun, 22 Nov 2026 10:00:00 +0200</pubDate>
              <description>&lt;p&gt;Some &lt;b&gt;text&lt;/b&gt;&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</description>
              <dc:creator>דנה</dc:creator>
            </item>
            <item><guid>https://example.com/2</guid><content:encoded>long</content:encoded></item>
            <item/>
          </channel>
        </rss>
        """;

    private const string Atom = """
        <feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title>
          <entry>
            <title type="html">A &lt;i&gt;title&lt;/i&gt;</title>
            <link rel="self" href="/self"/><link href="/entry"/>
            <id>urn:1</id><updated>2026-11-22T09:00:00Z</updated><published>2026-11-22T08:00:00.5-05:00</published>
            <author><name>Ann</name><email>ann@example.com</email></author>
            <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>two</p></div></content>
          </entry>
        </feed>
        """;

    private const string Rdf = """
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
                 xmlns:dc="http://purl.org/dc/elements/1.1/">
          <channel rdf:about="https://example.com/"><title>Channel</title></channel>
          <item rdf:about="urn:a"><title>Title</title><link>https://example.com/a</link><dc:date>2026-11-22</dc:date></item>
        </rdf:RDF>
        """;

    private static readonly Gen<string> s_feeds = Gen.OneOf<string>(
            Gen.OneOf([
                .. "rss channel item title link guid pubDate description feed entry author name a:b"
                    .Split(' ')
                    .SelectMany(name => (string[])[$"<{name}>", $"</{name}>", $"<{name}/>"]),
                "<![CDATA[",
                "]]>",
                "&lt;",
                "&nbsp;",
                "&#1;",
                "<!DOCTYPE x>",
                "<?xml?>",
            ]),
            Gen.String[0, 5]
        )
        .Array[0, 40]
        .Select(parts => "<rss><channel><item>" + string.Concat(parts));

    [Fact]
    public void Read_GivesTheEntriesOfRss()
    {
        var entries = Read(Rss);

        entries[0]
            .ShouldBe(
                new FeedEntry("One & two", "https://example.com/1", "id-1", "2026-11-22T08:00:00Z", "Some text", "דנה")
            );
        entries[1].ShouldBe(new FeedEntry(null, "https://example.com/2", "https://example.com/2", null, "long", null));
        entries[2].ShouldBe(new FeedEntry(null, null, null, null, null, null));
    }

    [Fact]
    public void Read_GivesTheEntriesOfAtom() =>
        Read(Atom)
            .ShouldHaveSingleItem()
            .ShouldBe(
                new FeedEntry("A title", "https://example.com/entry", "urn:1", "2026-11-22T13:00:00Z", "One two", "Ann")
            );

    [Fact]
    public void Read_GivesTheEntriesOfRdf() =>
        Read(Rdf)
            .ShouldHaveSingleItem()
            .ShouldBe(new FeedEntry("Title", "https://example.com/a", "urn:a", "2026-11-22T00:00:00Z", null, null));

    [Fact]
    public void Read_LooksNoFurther_WhenItHasEnough() =>
        Read("<rss><channel><item><title>1</title></item><item><broken", most: 1).ShouldHaveSingleItem();

    [Fact]
    public void Read_CutsLongFields()
    {
        var entry = Read(
                $"<rss><item><title>{new string('t', 5000)}</title><description>{new string('d', 5000)}</description></item></rss>"
            )
            .ShouldHaveSingleItem();

        (entry.Title!.Length, entry.Summary!.Length).ShouldBe((500, 2000));
    }

    [Theory]
    [InlineData("", "no feed")]
    [InlineData("hello", "no feed")]
    [InlineData("<html><p>", "<html>")]
    [InlineData("<!DOCTYPE html><html>", "page of HTML")]
    [InlineData("<rss><item><title>", "broken")]
    [InlineData("<rss><item><title>&nbsp;</title></item></rss>", "broken")]
    [InlineData("<!DOCTYPE rss SYSTEM 'file:///etc/passwd'><rss/>", "DTD")]
    [InlineData(
        "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><item><title>&x;</title></item></rss>",
        "DTD"
    )]
    [InlineData(
        "<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><rss><item><title>&b;</title></item></rss>",
        "DTD"
    )]
    [InlineData("<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://127.0.0.1/'> %p;]><rss/>", "DTD")]
    public void Read_SaysWhy_WhenItIsNoFeedThatMayBeRead(string text, string why) =>
        Should.Throw<ToolException>(() => Read(text)).Message.ShouldContain(why);

    public static TheoryData<string, string> Hostile =>
        new()
        {
            { "nested", "<rss>" + Repeat("<a>", 500_000) },
            { "nested in a title", "<rss><item><title>" + Repeat("<a>", 500_000) },
            { "attributes", "<rss " + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"a{i}='' ")) + "/>" },
            {
                "namespaces",
                "<rss " + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"xmlns:a{i}='{i}' ")) + "/>"
            },
            { "one long name", "<" + new string('x', 3_000_000) + "/>" },
            { "entries", "<rss>" + Repeat("<item/>", 400_000) + "</rss>" },
            { "fields", "<rss><item>" + Repeat("<title>x</title>", 200_000) + "</item></rss>" },
            {
                "html in each",
                "<rss>" + Repeat($"<item><title>&lt;{Repeat("&lt;b>", 500)}</title></item>", 400) + "</rss>"
            },
            {
                "html in one",
                $"<rss><item><description><![CDATA[{Repeat("<div>", 500_000)}]]></description></item></rss>"
            },
            { "references", "<rss><item><title>" + Repeat("&#x41;", 500_000) + "</title></item></rss>" },
            { "a long cdata", $"<rss><item><title><![CDATA[{new string(']', 3_000_000)}]]></title></item></rss>" },
        };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Read_EndsInBounds_WhateverTheFeedIs(string name, string text)
    {
        try
        {
            Read(text, most: 500, TimeProvider.System).Count.ShouldBeLessThanOrEqualTo(500, name);
        }
        catch (ToolException refusal)
        {
            refusal.Message.Length.ShouldBeLessThan(500, name);
        }
    }

    [Fact]
    public void Read_ThrowsNothingButARefusal_WhateverTheTags() =>
        s_feeds.Sample(text =>
        {
            try
            {
                _ = Read(text);
            }
            catch (ToolException)
            {
                // No feed.
            }
        });

    [Theory]
    [InlineData("2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z")]
    [InlineData("2026-11-22T10:00:00+02:00", "2026-11-22T08:00:00Z")]
    [InlineData("2026-11-22T08:00:00.123456Z", "2026-11-22T08:00:00Z")]
    [InlineData("2026-11-22T08:00Z", "2026-11-22T08:00:00Z")]
    [InlineData("2026-11-22", "2026-11-22T00:00:00Z")]
    [InlineData("2026-11", "2026-11-01T00:00:00Z")]
    [InlineData("Sun, 22 Nov 2026 08:00:00 GMT", "2026-11-22T08:00:00Z")]
    [InlineData("22 Nov 2026 08:00 +0000", "2026-11-22T08:00:00Z")]
    [InlineData("Sun, 22 Nov 26 03:00:00 EST", "2026-11-22T08:00:00Z")]
    [InlineData("  sunday, 22 november 2026 10:00:00 +02:00 (IST) ", "2026-11-22T08:00:00Z")]
    [InlineData("Sat, 31 Dec 1994 23:59:60 GMT", "1995-01-01T00:00:00Z")]
    [InlineData("Mon, 1 Mar 2027", "2027-03-01T00:00:00Z")]
    [InlineData("31 Feb 2026 08:00:00 GMT", null)]
    [InlineData("32 Jan 2026", null)]
    [InlineData("1 Jan 2026 25:00", null)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Time_IsUtc_OrNull(string? text, string? expected) => FeedTime.Read(text).ShouldBe(expected);

    [Fact]
    public void Time_ThrowsNothing_WhateverTheText() =>
        Gen.OneOf<string>(
                Gen.String[0, 40],
                Gen.Char["0123456789:+-TZ ,JanFebGMT"].Array[0, 40].Select(characters => new string(characters)),
                from day in Gen.Int[0, 99]
                from year in Gen.OneOf<int>(Gen.Int[10, 99], Gen.Int[1000, 9999])
                from hour in Gen.Int[0, 99]
                select $"{day:00} Dec {year} {hour:00}:00:60 -9999"
            )
            .Sample(text => FeedTime.Read(text) is null or { Length: 20 });

    // Time stands still, unless the test is of time: on a busy machine an honest page may take long.
    private static IReadOnlyList<FeedEntry> Read(string text, int most = 100, TimeProvider? time = null) =>
        FeedReader.Read(
            text,
            new Uri("https://example.com/feed"),
            most,
            new ReadingBudget(time ?? new FakeTimeProvider())
        );

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
