namespace Project38.Core.Tests.Factory.Generation;

public sealed class PageChangeSentenceTests
{
    private const string Hourly = "[0 * * * *] url=https://example.com/news";

    [Theory]
    [InlineData("Every hour check the page https://example.com/news and tell me when it changes", Hourly)]
    [InlineData("Tell me when https://example.com/news changes", Hourly)]
    [InlineData("Let me know whenever the text of https://example.com/news is updated", Hourly)]
    [InlineData("Watch https://example.com/news and notify me of any change", Hourly)]
    [InlineData("Monitor the website example.com/news for changes and alert me, hourly", Hourly)]
    [InlineData(
        "Alert me if the content of the page https://example.com/news has changed since the last check",
        Hourly
    )]
    [InlineData("Tell me when something changes on the page https://example.com/news", Hourly)]
    [InlineData(
        "Every 15 minutes look at http://127.0.0.1:8123/page and tell me what changed. On the first run only remember the page "
            + "and say nothing. Ignore HTML markup, scripts and whitespace. If the page does not answer, don't notify me.",
        "[*/15 * * * *] url=http://127.0.0.1:8123/page quiet_first=true"
    )]
    [InlineData(
        "Every day at 8 compare https://example.com/news with the last check and tell me when the text has changed",
        "[0 8 * * *] url=https://example.com/news"
    )]
    [InlineData(
        "Tell me when the part between \"Price:\" and \"Add to cart\" of https://example.com/news changes",
        Hourly + " after=Price: before=Add to cart"
    )]
    [InlineData(
        "Watch only the text after \"Latest:\" on https://example.com/news and tell me when it changes",
        Hourly + " after=Latest:"
    )]
    [InlineData("Tell me when https://example.com/news contains \"in stock\"", Hourly + " contains=in stock")]
    [InlineData("Notify me when the page https://example.com/news says 'Sold Out'", Hourly + " contains=Sold Out")]
    [InlineData(
        "Tell me when the words \"in stock\" appear on https://example.com/news",
        Hourly + " contains=in stock"
    )]
    [InlineData(
        "Tell me once when https://example.com/news mentions the word tickets",
        Hourly + " contains=tickets only_once=true"
    )]
    [InlineData("Tell me when https://example.com/news no longer contains \"sold out\"", Hourly + " lacks=sold out")]
    [InlineData(
        "Check https://example.com/news every 10 minutes and tell me when it no longer says \"sold out\"",
        "[*/10 * * * *] url=https://example.com/news lacks=sold out"
    )]
    [InlineData(
        "Let me know when \"sold out\" disappears from the page https://example.com/news",
        Hourly + " lacks=sold out"
    )]
    [InlineData("כל שעה תבדוק את הדף https://example.com/news ותודיע לי כשהוא משתנה", Hourly)]
    [InlineData("תודיע לי על כל שינוי בדף https://example.com/news", Hourly)]
    [InlineData(
        "תעקוב אחרי https://example.com/news ותעדכן אותי כשהתוכן מתעדכן. בפעם הראשונה אל תודיע.",
        Hourly + " quiet_first=true"
    )]
    [InlineData("תודיע לי כשבדף https://example.com/news מופיע \"במלאי\"", Hourly + " contains=במלאי")]
    [InlineData("תודיע לי כשהמילים \"אזל המלאי\" נעלמות מהדף https://example.com/news", Hourly + " lacks=אזל המלאי")]
    [InlineData(
        "תודיע לי כשהדף https://example.com/news כבר לא מכיל את המילים \"אזל המלאי\"",
        Hourly + " lacks=אזל המלאי"
    )]
    public void Choose_ReadsAPageChange_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("page-change " + expected);
    }

    [Theory]
    [InlineData("Tell me when https://example.com/news changes and translate it", "translate")]
    [InlineData("Tell me when https://example.com/news does not change", "does not")]
    [InlineData("Summarize https://example.com/news when it changes", "Summarize")]
    [InlineData("Log in to https://example.com/news and tell me when it changes", "Log")]
    [InlineData("Tell me when the picture on https://example.com/news changes", "picture")]
    [InlineData("Tell me when https://example.com/news changes more than 5 lines", "more than 5 lines")]
    [InlineData("תודיע לי כשהדף https://example.com/news משתנה ותתרגם אותו", "ותתרגם אותו")]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData("Tell me when https://example.com/a changes or https://example.com/b changes", "or")]
    [InlineData("Tell me when https://example.com/a contains \"x\" and when it changes", "several things")]
    [InlineData("Tomorrow at 9 tell me when https://example.com/a changes", "only once")]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var line = Reading.Line(sentence);

        line.ShouldStartWith("refused");
        line.ShouldContain(reason);
    }

    [Fact]
    public void Choose_SaysExactlyWhatWillBeDone_WhenServed()
    {
        var (served, _) = Reading.Of("Tell me when https://example.com/news no longer contains \"sold out\"");

        served!.AgentName.ShouldBe("example.com does not contain “sold out” any more");
        served.Understood.ShouldBe(
            "Every hour (Asia/Jerusalem): reads the text of https://example.com/news, and tells you when it does not contain "
                + "“sold out” any more: once, and again only after it was otherwise."
        );
    }
}
