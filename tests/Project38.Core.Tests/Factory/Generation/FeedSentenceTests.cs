namespace Project38.Core.Tests.Factory.Generation;

public sealed class FeedSentenceTests
{
    [Theory]
    [InlineData(
        "Every morning tell me the new entries of https://example.com/feed.xml that mention rust",
        "[0 8 * * *] url=https://example.com/feed.xml include=rust"
    )]
    [InlineData(
        "Every hour check the RSS feed at http://127.0.0.1:8080/feed.xml and tell me about new items",
        "[0 * * * *] url=http://127.0.0.1:8080/feed.xml"
    )]
    [InlineData(
        "Every 30 minutes read https://blog.example.com/rss and send me the titles and links of new posts about \"machine learning\" or rust, but not those that mention job or hiring",
        "[*/30 * * * *] url=https://blog.example.com/rss include=machine learning|rust exclude=job|hiring"
    )]
    [InlineData(
        "Follow the feed https://example.com/atom.xml and notify me when a new article is published whose title contains security",
        "[0 * * * *] url=https://example.com/atom.xml include=security include_in=title"
    )]
    [InlineData(
        "Every day at 7 send me a digest of new articles from https://news.example.com/rss.xml. The first run only remembers what is there and says nothing. If the feed is broken, the run fails.",
        "[0 7 * * *] url=https://news.example.com/rss.xml"
    )]
    [InlineData(
        "Watch the Atom feed https://example.com/atom and tell me what's new, ignoring anything about sports",
        "[0 * * * *] url=https://example.com/atom exclude=sports"
    )]
    [InlineData(
        "Every hour tell me about new posts in https://example.com/feed, except posts containing \"sponsored\"",
        "[0 * * * *] url=https://example.com/feed exclude=sponsored"
    )]
    [InlineData(
        "Weekdays at 9 tell me about new entries in the feed https://example.com/rss with the word release in the title",
        "[0 9 * * 1-5] url=https://example.com/rss include=release include_in=title"
    )]
    [InlineData(
        "On the first run tell me the newest 3 entries. Every hour tell me about new entries in the feed https://example.com/rss",
        "[0 * * * *] url=https://example.com/rss newest=3"
    )]
    [InlineData(
        "כל בוקר תודיע לי על פריטים חדשים בפיד https://example.com/feed.xml שמזכירים את המילה ראסט",
        "[0 8 * * *] url=https://example.com/feed.xml include=ראסט"
    )]
    [InlineData(
        "כל שעה בדוק את הפיד https://example.com/rss ותודיע לי על פוסטים חדשים, בלי כאלה שמזכירים \"ספורט\"",
        "[0 * * * *] url=https://example.com/rss exclude=ספורט"
    )]
    [InlineData(
        "כל יום ב-8 שלח לי תקציר של הכתבות החדשות ב-https://example.com/rss. בריצה הראשונה רק תזכור מה יש",
        "[0 8 * * *] url=https://example.com/rss"
    )]
    [InlineData(
        "כל שעה תודיע לי כשיש כתבה חדשה בפיד https://example.com/rss שבכותרת שלה מופיעה המילה \"בחירות\" או \"כנסת\"",
        "[0 * * * *] url=https://example.com/rss include=בחירות|כנסת include_in=title"
    )]
    [InlineData(
        "Let me know about every new episode in the podcast feed https://example.com/podcast.xml",
        "[0 * * * *] url=https://example.com/podcast.xml"
    )]
    [InlineData(
        "Every 15 minutes check the feed http://127.0.0.1:8080/atom.xml and notify me of new entries. Do not tell me about entries that were already there. Each message must contain the title and the link.",
        "[*/15 * * * *] url=http://127.0.0.1:8080/atom.xml"
    )]
    [InlineData(
        "Skip anything mentioning crypto; every 2 hours tell me what's new in https://example.com/rss",
        "[0 */2 * * *] url=https://example.com/rss exclude=crypto"
    )]
    [InlineData(
        "כל שעתיים תודיע לי מה חדש בפיד https://example.com/rss על \"בינה מלאכותית\", חוץ מכתבות שמזכירות \"דרושים\"",
        "[0 */2 * * *] url=https://example.com/rss include=בינה מלאכותית exclude=דרושים"
    )]
    public void Choose_ReadsIt_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("feed " + expected);
    }

    [Theory]
    [InlineData(
        "Every hour tell me about new entries of the feed https://example.com/rss and post them to Slack",
        "them | Slack"
    )]
    [InlineData(
        "Every hour tell me about new entries of the feed https://example.com/rss and translate them",
        "translate them"
    )]
    [InlineData("Tell me about new entries of my favourite feed", "favourite")]
    [InlineData(
        "כל שעה תודיע לי על כתבות חדשות בפיד https://example.com/rss ותפרסם אותן בטוויטר",
        "ותפרסם אותן בטוויטר"
    )]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData(
        "Every hour tell me about new entries of the feed https://example.com/rss about rust and python",
        "Several words are joined by “and”: say “or” where any of them is enough, or put a phrase in quotes."
    )]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain(reason);
    }
}
