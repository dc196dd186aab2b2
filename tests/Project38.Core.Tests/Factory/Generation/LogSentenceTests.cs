namespace Project38.Core.Tests.Factory.Generation;

public sealed class LogSentenceTests
{
    [Theory]
    [InlineData(
        "Every 10 minutes tell me when there are more than 5 new errors in app.log",
        "[*/10 * * * *] file=app.log words=error count=6"
    )]
    [InlineData(
        "Every 5 minutes check logs/app.log and tell me about new lines containing \"ERROR\"",
        "[*/5 * * * *] file=logs/app.log words=ERROR"
    )]
    [InlineData(
        "Watch server.log and alert me when the word \"timeout\" appears",
        "[*/5 * * * *] file=server.log words=timeout"
    )]
    [InlineData(
        "Every hour read /var/log/syslog.log and notify me when a line mentions \"out of memory\" or panic",
        "[0 * * * *] file=log/syslog.log words=out of memory|panic"
    )]
    [InlineData(
        "Every 10 minutes look for \"FATAL\" in app.log and let me know. Include the matching lines in the message. The first run stays silent.",
        "[*/10 * * * *] file=app.log words=FATAL"
    )]
    [InlineData(
        "Tell me when new lines in app.log contain ERROR but not those mentioning healthcheck",
        "[*/5 * * * *] file=app.log words=ERROR without=healthcheck"
    )]
    [InlineData(
        "Alert me if at least 3 warnings appear in app.log since the last check, every 15 minutes",
        "[*/15 * * * *] file=app.log words=warning count=3"
    )]
    [InlineData(
        "כל 10 דקות תודיע לי כשיש שורות חדשות עם המילה \"ERROR\" בקובץ app.log",
        "[*/10 * * * *] file=app.log words=ERROR"
    )]
    [InlineData(
        "כל 5 דקות בדוק את app.log ותתריע כשיש יותר מ-5 שגיאות",
        "[*/5 * * * *] file=app.log words=error|שגיאה|שגיאות count=6"
    )]
    [InlineData(
        "Every hour tell me about lines in app.log matching the pattern \"took \\d+ s\"",
        "[0 * * * *] file=app.log words=took \\d+ s regex=true"
    )]
    [InlineData(
        "Every 5 minutes tell me about new lines in app.log with the words disk or network",
        "[*/5 * * * *] file=app.log words=disk|network"
    )]
    public void Choose_ReadsIt_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("log-pattern " + expected);
    }

    [Theory]
    [InlineData("Every 5 minutes check app.log for errors and restart the service", "restart | service")]
    [InlineData("Tell me when app.log is larger than 5 MB", "when | MB")]
    [InlineData(
        "כל שעה בדוק את app.log ותודיע לי על שורות שמכילות \"panic\" ותפעיל מחדש את השרת",
        "ותפעיל מחדש | השרת"
    )]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData(
        "Tell me when a line in app.log contains ERROR and timeout",
        "Several words are joined by “and”: say “or” where any of them is enough, or put a phrase in quotes."
    )]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain(reason);
    }
}
