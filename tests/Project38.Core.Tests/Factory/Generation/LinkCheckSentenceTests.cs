namespace Project38.Core.Tests.Factory.Generation;

public sealed class LinkCheckSentenceTests
{
    [Theory]
    [InlineData(
        "Check the links on https://example.com/docs every Monday at 9 and tell me which are broken",
        "[0 9 * * 1] pages=https://example.com/docs"
    )]
    [InlineData("Every day at 7 check https://example.com for broken links", "[0 7 * * *] pages=https://example.com")]
    [InlineData("Tell me when there are dead links on example.com/blog", "[0 8 * * *] pages=https://example.com/blog")]
    [InlineData(
        "Notify me when a link on https://example.com/docs stops working",
        "[0 8 * * *] pages=https://example.com/docs"
    )]
    [InlineData(
        "Check all links on https://example.com/a and https://example.org/b every hour and alert me about those that do not work",
        "[0 * * * *] pages=https://example.com/a|https://example.org/b"
    )]
    [InlineData(
        "Crawl https://example.com every Sunday at 6 and send me a report of broken links",
        "[0 6 * * 0] pages=https://example.com site=true report=true"
    )]
    [InlineData(
        "Check every page of my website https://example.com for dead links every night at 2",
        "[0 2 * * *] pages=https://example.com site=true"
    )]
    [InlineData(
        "Every Friday at 10 check the links of all pages in the sitemap https://example.com/sitemap.xml and tell me which are broken",
        "[0 10 * * 5] pages=https://example.com/sitemap.xml"
    )]
    [InlineData(
        "Check the links on https://example.com daily at 9 and tell me which return errors, each only once",
        "[0 9 * * *] pages=https://example.com"
    )]
    [InlineData(
        "Every 30 minutes check http://127.0.0.1:8123/index.html for broken links and tell me about them, and tell me again when they work again",
        "[*/30 * * * *] pages=http://127.0.0.1:8123/index.html recovered=true"
    )]
    [InlineData(
        "Find broken links on https://example.com every day at 8, ignoring external links",
        "[0 8 * * *] pages=https://example.com"
    )]
    [InlineData(
        "Check only internal links on https://example.com every day at 8 and tell me which are broken",
        "[0 8 * * *] pages=https://example.com"
    )]
    [InlineData(
        "Check at most 200 links on https://example.com every day at 8, and let me know which are not reachable within 5 seconds",
        "[0 8 * * *] pages=https://example.com max_links=200 wait=5"
    )]
    [InlineData(
        "Every day at 6 verify the links on https://example.com/docs and tell me which return a status of 400 or more. Include the status code and the page in the message.",
        "[0 6 * * *] pages=https://example.com/docs"
    )]
    [InlineData(
        "Create an agent that checks https://example.com/docs for broken links every 12 hours",
        "[0 */12 * * *] pages=https://example.com/docs"
    )]
    [InlineData("תבדוק כל יום ב-7 אם יש קישורים שבורים ב-https://example.com", "[0 7 * * *] pages=https://example.com")]
    [InlineData(
        "כל יום שני ב-9 תבדוק את הקישורים ב-https://example.com/docs ותודיע לי אילו שבורים",
        "[0 9 * * 1] pages=https://example.com/docs"
    )]
    [InlineData("תודיע לי כשיש קישור שבור באתר https://example.com", "[0 8 * * *] pages=https://example.com")]
    [InlineData(
        "כל שעה תבדוק את הלינקים בדף https://example.com ותודיע לי על לינקים שלא עובדים",
        "[0 * * * *] pages=https://example.com"
    )]
    [InlineData(
        "כל יום ראשון ב-6 תבדוק קישורים שבורים בכל האתר https://example.com ותשלח לי דוח",
        "[0 6 * * 0] pages=https://example.com site=true report=true"
    )]
    [InlineData(
        "כל יום ב-8 תבדוק קישורים שבורים ב-https://example.com, רק קישורים פנימיים, ותודיע לי גם כשהם חוזרים לעבוד",
        "[0 8 * * *] pages=https://example.com recovered=true"
    )]
    [InlineData(
        "Make sure no link on https://example.com/docs is broken, every day at 7",
        "[0 7 * * *] pages=https://example.com/docs"
    )]
    [InlineData(
        "Make sure all links on https://example.com work, every day at 7",
        "[0 7 * * *] pages=https://example.com"
    )]
    [InlineData(
        "Every day at 9 check all the links on https://example.com and send me a list of the broken ones",
        "[0 9 * * *] pages=https://example.com report=true"
    )]
    [InlineData(
        "תוודא כל יום ב-8 שכל הקישורים בדף https://example.com/docs עובדים, ותודיע לי אם אחד מהם נשבר",
        "[0 8 * * *] pages=https://example.com/docs"
    )]
    public void Choose_ReadsIt_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("link-check " + expected);
    }

    [Theory]
    [InlineData("Check the links on https://example.com every day and fix them", "fix")]
    [InlineData("Tell me about broken links on https://example.com and remove them from the page", "remove")]
    [InlineData("Check the links on https://example.com daily and email my boss which are broken", "email | boss")]
    [InlineData("Check the links on https://example.com that are not broken", "not")]
    [InlineData("תבדוק קישורים שבורים ב-https://example.com ותתקן אותם", "ותתקן אותם")]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData("Check the links on my website every Monday and tell me which are broken", "No address is named.")]
    [InlineData("Check external links on https://example.com every day", "\"hosts\"")]
    [InlineData("Tell me about broken links on https://example.com, including external ones", "\"hosts\"")]
    [InlineData("תבדוק כל יום קישורים שבורים ב-https://example.com כולל קישורים חיצוניים", "\"hosts\"")]
    [InlineData("Check at most 9000 links on https://example.com every day at 8", "1 to 2000 links")]
    [InlineData("Check the links on https://me:pass@example.com every day", "without a password")]
    [InlineData("Check the links on https://example.com tomorrow at 9", "comes only once")]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain(reason);
    }

    [Theory]
    [InlineData("Tell me when the link https://example.com is down")]
    [InlineData("Tell me the new entries of https://example.com/feed.xml with their links every day at 8")]
    [InlineData("Tell me when https://example.com/links changes")]
    [InlineData("Tell me when all links on https://example.com work")]
    [InlineData("Tell me every day at 8 when the links on https://example.com work")]
    public void Choose_LeavesItToOthers_WhenItIsNotAboutBrokenLinksOfAPage(string sentence)
    {
        var (served, _) = Reading.Of(sentence);

        served?.Blueprint.ShouldNotBe("link-check");
    }

    [Fact]
    public void Choose_SaysWhatIsNotChecked_WhenItServes()
    {
        var (served, _) = Reading.Of(
            "Check the links on https://example.com/docs every Monday and tell me which are broken"
        );

        served!.Understood.ShouldContain("each link to example.com");
        served.Understood.ShouldContain("Links to other hosts are counted, and not checked");
    }
}
