namespace Project38.Core.Tests.Factory.Generation;

public sealed class UptimeSentenceTests
{
    [Theory]
    [InlineData(
        "Every 5 minutes check example.com and tell me when it is down",
        "[*/5 * * * *] url=https://example.com"
    )]
    [InlineData(
        "Tell me when https://example.com/health is down 3 times in a row, and when it is back",
        "[*/5 * * * *] url=https://example.com/health failures=3"
    )]
    [InlineData(
        "Every minute check http://127.0.0.1:8123/health. If it fails three times in a row, notify me once, and notify me again when it recovers.",
        "[* * * * *] url=http://127.0.0.1:8123/health failures=3"
    )]
    [InlineData(
        "Check that https://example.com/status answers with 200 every 10 minutes",
        "[*/10 * * * *] url=https://example.com/status status=200"
    )]
    [InlineData(
        "Tell me when https://example.com/status does not return 200",
        "[*/5 * * * *] url=https://example.com/status status=200"
    )]
    [InlineData(
        "Every 5 minutes make sure that https://example.com contains \"Welcome\"",
        "[*/5 * * * *] url=https://example.com contains=Welcome"
    )]
    [InlineData(
        "Every 10 minutes check http://127.0.0.1:9/x and alert me after two consecutive failures. Send a recovery notice.",
        "[*/10 * * * *] url=http://127.0.0.1:9/x failures=2"
    )]
    [InlineData(
        "Notify me when example.com is unreachable for 2 checks in a row and once it is up again",
        "[*/5 * * * *] url=https://example.com failures=2"
    )]
    [InlineData(
        "Monitor https://shop.example.com every 2 minutes and warn me if it is down or does not contain \"Add to cart\"",
        "[*/2 * * * *] url=https://shop.example.com contains=Add to cart"
    )]
    [InlineData(
        "כל 5 דקות תבדוק את https://example.com ותודיע לי כשהוא לא עונה 3 פעמים ברצף, וגם כשהוא חוזר לפעול",
        "[*/5 * * * *] url=https://example.com failures=3"
    )]
    [InlineData(
        "כל דקה בדוק אם http://127.0.0.1:80/a עובד ותודיע לי אחרי 2 כישלונות רצופים",
        "[* * * * *] url=http://127.0.0.1:80/a failures=2"
    )]
    [InlineData(
        "Ping https://api.example.com/health every 30 seconds and let me know as soon as it stops answering",
        "[*/30 * * * * *] url=https://api.example.com/health"
    )]
    [InlineData(
        "Watch example.com; message me when it goes offline and again when it comes back online",
        "[*/5 * * * *] url=https://example.com"
    )]
    [InlineData("תודיע לי כש-https://example.com נופל וכשהוא חוזר", "[*/5 * * * *] url=https://example.com")]
    // One message for each outage.
    [InlineData(
        "Every 5 minutes check example.com and tell me once when it is down",
        "[*/5 * * * *] url=https://example.com recovery=false"
    )]
    [InlineData(
        "Every 5 minutes check example.com and tell me when it is down, only once",
        "[*/5 * * * *] url=https://example.com recovery=false"
    )]
    [InlineData(
        "Every 5 minutes check example.com and tell me once when it is down, and when it is back",
        "[*/5 * * * *] url=https://example.com"
    )]
    [InlineData(
        "כל 5 דקות תבדוק את https://example.com ותודיע לי רק פעם אחת כשהוא נופל",
        "[*/5 * * * *] url=https://example.com recovery=false"
    )]
    [InlineData("Tell me when https://example.com returns an error", "[*/5 * * * *] url=https://example.com")]
    [InlineData(
        "Alert me if my website https://example.com can't be reached for 3 checks in a row; include the reason in the message",
        "[*/5 * * * *] url=https://example.com failures=3"
    )]
    [InlineData(
        "Every 5 minutes request http://127.0.0.1:8000/ping and tell me when it fails",
        "[*/5 * * * *] url=http://127.0.0.1:8000/ping"
    )]
    [InlineData(
        "Every 5 minutes check http://127.0.0.1:8000/ping. Tell me when it does not answer with status 200, and once more when it is back.",
        "[*/5 * * * *] url=http://127.0.0.1:8000/ping status=200"
    )]
    [InlineData(
        "כל 10 דקות בדוק שהאתר https://example.com עובד ותתריע אם הוא נופל, ושוב כשהוא חוזר לפעול",
        "[*/10 * * * *] url=https://example.com"
    )]
    [InlineData(
        "כל דקה תבדוק את https://example.com ותודיע לי אם הוא לא מחזיר קוד 200",
        "[* * * * *] url=https://example.com status=200"
    )]
    public void Choose_ReadsIt_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("uptime " + expected);
    }

    [Theory]
    [InlineData("Tell me when example.com is up", "when | is up")]
    [InlineData("Tell me when example.com is down and restart the server", "restart")]
    [InlineData("Tell me when example.com is down and also when it is slow", "also | is slow")]
    [InlineData("תודיע לי כש-https://example.com נופל ותפעיל מחדש את השרת", "ותפעיל מחדש")]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData(
        "Tell me when https://example.com is down after 200 failures in a row",
        "Say one number of failures, from 1 to 100."
    )]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain(reason);
    }
}
