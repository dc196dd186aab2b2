namespace Project38.Core.Tests.Factory.Generation;

public sealed class JsonFieldSentenceTests
{
    private const string Url = "url=https://example.com/stats";

    [Theory]
    [InlineData(
        "Tell me when `price` at https://example.com/stats is above 5",
        $"[*/5 * * * *] {Url} field=price above=5"
    )]
    [InlineData(
        "Tell me when price at https://example.com/stats is above 5",
        $"[*/5 * * * *] {Url} field=price above=5"
    )]
    [InlineData(
        "Every 10 minutes read https://example.com/stats and tell me when the field queue.length is above 100",
        $"[*/10 * * * *] {Url} field=queue.length above=100"
    )]
    [InlineData(
        "Every minute get https://example.com/stats and alert me if \"queue.length\" exceeds 1,000",
        $"[* * * * *] {Url} field=queue.length above=1000"
    )]
    [InlineData(
        "Check the API https://example.com/stats hourly and notify me when the temperature goes above 30",
        $"[0 * * * *] {Url} field=temperature above=30"
    )]
    [InlineData(
        "Notify me when the value of main.temp at https://example.com/stats drops below -5",
        $"[*/5 * * * *] {Url} field=main.temp below=-5"
    )]
    [InlineData(
        "Let me know as soon as the number of open tickets at https://example.com/stats is at least 50",
        $"[*/5 * * * *] {Url} field=open tickets at_least=50"
    )]
    [InlineData(
        "Tell me when the status field of https://example.com/stats changes",
        $"[*/5 * * * *] {Url} field=status changes=true"
    )]
    [InlineData(
        "Watch https://example.com/stats every 15 minutes and tell me whenever the field \"version\" changes",
        $"[*/15 * * * *] {Url} field=version changes=true"
    )]
    [InlineData(
        "Tell me when the field state at https://example.com/stats is \"failed\"",
        $"[*/5 * * * *] {Url} field=state equals=failed"
    )]
    [InlineData(
        "Tell me when the field open at https://example.com/stats is true",
        $"[*/5 * * * *] {Url} field=open equals=true"
    )]
    [InlineData(
        "Tell me when the field left at https://example.com/stats equals 0",
        $"[*/5 * * * *] {Url} field=left equals=0"
    )]
    [InlineData(
        "Tell me when the field state at https://example.com/stats is no longer \"ok\"",
        $"[*/5 * * * *] {Url} field=state not_equals=ok"
    )]
    [InlineData(
        "Tell me when the field users at https://example.com/stats rises by 20% since the previous check",
        $"[*/5 * * * *] {Url} field=users up_percent=20 since=check"
    )]
    [InlineData(
        "Every 5 minutes read https://example.com/stats, which returns JSON, and tell me when queue.length is above 100. "
            + "Tell me once, and again only after it was back at or below 100. If the address does not answer, say nothing.",
        $"[*/5 * * * *] {Url} field=queue.length above=100"
    )]
    [InlineData(
        "Tell me once when the field load at https://example.com/stats is over 0.9 and include the value in the message",
        $"[*/5 * * * *] {Url} field=load above=0.9 only_once=true"
    )]
    [InlineData(
        "כל 10 דקות תקרא את https://example.com/stats ותודיע לי כשהשדה queue.length מעל 100",
        $"[*/10 * * * *] {Url} field=queue.length above=100"
    )]
    [InlineData(
        "תודיע לי כשהשדה \"status\" בכתובת https://example.com/stats משתנה",
        $"[*/5 * * * *] {Url} field=status changes=true"
    )]
    [InlineData(
        "תתריע לי אם price בכתובת https://example.com/stats יורד מתחת ל-5",
        $"[*/5 * * * *] {Url} field=price below=5"
    )]
    [InlineData(
        "כל שעה תבדוק את https://example.com/stats ותודיע לי כשהערך בשדה temp הוא 30 ומעלה. בבדיקה הראשונה אל תודיע.",
        $"[0 * * * *] {Url} field=temp at_least=30 quiet_first=true"
    )]
    public void Choose_ReadsAField_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("json-field " + expected);
    }

    [Theory]
    [InlineData("Tell me when price at https://example.com/stats is above 5 and restart the server", "restart")]
    [InlineData("Tell me when price at https://example.com/stats is not above 5", "not")]
    [InlineData("Tell me when price at https://example.com/stats is above 5 for 10 minutes", "10 minutes")]
    [InlineData("Tell me when price at https://example.com/stats is above 5 unless it rains", "unless | rains")]
    [InlineData("Post to https://example.com/stats when the field price is above 5", "Post")]
    [InlineData("תודיע לי כשהשדה price בכתובת https://example.com/stats מעל 5 ותמכור הכל", "ותמכור הכל")]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData(
        "Tell me when the field cpu or the field ram at https://example.com/stats is above 5",
        "several fields"
    )]
    [InlineData(
        "Tell me when price at https://example.com/a or at https://example.com/b is above 5",
        "several addresses"
    )]
    [InlineData("Tell me when price at https://example.com/stats is above 5 and below 10", "range")]
    [InlineData("Tell me when price at https://me:pw@example.com/stats is above 5", "without a password")]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var line = Reading.Line(sentence);

        line.ShouldContain(reason);
    }

    [Fact]
    public void Choose_SaysExactlyWhatWillBeDone_WhenServed()
    {
        var (served, _) = Reading.Of("Tell me when `price` at https://example.com/stats is above 5");

        served!.AgentName.ShouldBe("price: above 5");
        served.Understood.ShouldBe(
            "Every 5 minutes (Asia/Jerusalem): reads the field “price” of what https://example.com/stats answers as JSON, and "
                + "tells you when it is above 5: once, and again only after it came back in between."
        );
    }
}
