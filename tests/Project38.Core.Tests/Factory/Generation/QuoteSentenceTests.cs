namespace Project38.Core.Tests.Factory.Generation;

public sealed class QuoteSentenceTests
{
    private const string Rise = "[*/5 * * * *] symbol=TSLA up_percent=5";

    [Theory]
    // The plan's own sentence, and other ways to say it.
    [InlineData("צור לי סוכן שעוקב אחרי מניות של טסלה ומתריע כאשר המחיר עולה ב-5%", Rise)]
    [InlineData("Create an agent that watches Tesla stock and alerts me when the price rises by 5%", Rise)]
    [InlineData("Tell me when TSLA goes up 5 percent", Rise)]
    [InlineData("Watch Tesla shares every 5 minutes and let me know when they are up 5% or more", Rise)]
    [InlineData("Notify me whenever Tesla (TSLA) gains at least 5 % since the last alert", Rise)]
    [InlineData(
        "Track the TSLA share price and alert me when it has risen by 5% since the last alert, or since the first price you saw",
        Rise
    )]
    [InlineData("Keep an eye on Tesla's stock price and notify me each time it climbs five percent", Rise)]
    [InlineData("Please let me know if the price of $TSLA jumps 5%", Rise)]
    [InlineData("Alert me about a 5% increase in the price of Tesla", Rise)]
    [InlineData("תעקוב אחרי מניית טסלה ותודיע לי כשהיא עולה ב-5%", Rise)]
    [InlineData("תתריע לי אם מחיר המניה של טסלה קופץ ב-5 אחוז לפחות", Rise)]
    [InlineData("תודיע לי כשטסלה עולה ב-5% או יותר מאז ההתראה האחרונה", Rise)]
    [InlineData("Tell me when Apple falls more than 3%", "[*/5 * * * *] symbol=AAPL down_percent=3 more_than=true")]
    [InlineData(
        "Tell me when bitcoin moves by 10% in either direction",
        "[*/5 * * * *] symbol=BTC up_percent=10 down_percent=10"
    )]
    [InlineData(
        "Every hour check BTC and tell me when it rises or falls by 2.5%",
        "[0 * * * *] symbol=BTC up_percent=2.5 down_percent=2.5"
    )]
    [InlineData(
        "Tell me when Nvidia rises by 5% or drops by 3%",
        "[*/5 * * * *] symbol=NVDA up_percent=5 down_percent=3"
    )]
    [InlineData("Let me know when Apple stock drops below $150", "[*/5 * * * *] symbol=AAPL below=150")]
    [InlineData("Tell me when AAPL is at 200 or more", "[*/5 * * * *] symbol=AAPL at_least=200")]
    [InlineData("Tell me when AAPL reaches 200 dollars", "[*/5 * * * *] symbol=AAPL at_least=200")]
    [InlineData(
        "Weekdays at 9:30 New York time check Microsoft and tell me if it trades above 500",
        "[30 9 * * 1-5 America/New_York] symbol=MSFT above=500"
    )]
    [InlineData("Tell me only once when Google goes over 300", "[*/5 * * * *] symbol=GOOGL above=300 only_once=true")]
    [InlineData(
        "Tell me when Ethereum exceeds 5,000, and again only after it fell below 4,500",
        "[*/5 * * * *] symbol=ETH above=5000 again=4500"
    )]
    [InlineData(
        "Tell me when Amazon is above 200. Tell me again only after it was back below 200.",
        "[*/5 * * * *] symbol=AMZN above=200 again=200"
    )]
    [InlineData(
        "Alert me when Meta rises by 4% compared to the previous check",
        "[*/5 * * * *] symbol=META up_percent=4 since=check"
    )]
    [InlineData("Tell me when the price of gold passes 3000", "[*/5 * * * *] symbol=GOLD above=3000")]
    [InlineData("Tell me when the S&P 500 drops 2%", "[*/5 * * * *] symbol=SPX down_percent=2")]
    [InlineData("Tell me when the Nasdaq falls below 20000", "[*/5 * * * *] symbol=NDX below=20000")]
    [InlineData("Watch the stock QLYS and tell me when it rises 7%", "[*/5 * * * *] symbol=QLYS up_percent=7")]
    [InlineData("תודיע לי כשהביטקוין יורד מתחת ל-80,000 דולר", "[*/5 * * * *] symbol=BTC below=80000")]
    [InlineData("כל 10 דקות תבדוק את מניית אפל ותודיע לי כשהמחיר עובר 200$", "[*/10 * * * *] symbol=AAPL above=200")]
    [InlineData("תעדכן אותי כשאנבידיה עולה או יורדת ב-4%", "[*/5 * * * *] symbol=NVDA up_percent=4 down_percent=4")]
    [InlineData(
        "תודיע לי פעם אחת בלבד כשמניית טבע מגיעה ל-20 דולר",
        "[*/5 * * * *] symbol=TEVA at_least=20 only_once=true"
    )]
    [InlineData(
        "תודיע לי כשמחיר הזהב עולה על 3000, ושוב רק אחרי שירד מתחת ל-2900",
        "[*/5 * * * *] symbol=GOLD above=3000 again=2900"
    )]
    public void Choose_ReadsAQuote_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("quote " + expected);
    }

    [Theory]
    [InlineData(
        "Every 5 minutes get the price of TSLA from http://127.0.0.1:8123/quote/TSLA and tell me when it is up 5%",
        "[*/5 * * * *] symbol=TSLA up_percent=5 quote_url=http://127.0.0.1:8123/quote/TSLA"
    )]
    [InlineData(
        "Every 5 minutes read https://quotes.example.com/tsla, which returns JSON like {\"price\": 250.5}, and tell me when "
            + "Tesla has risen by 5% or more since the last alert. On the first run say nothing. If the source fails, say "
            + "nothing. Include the old and the new price in the message.",
        "[*/5 * * * *] symbol=TSLA up_percent=5 quiet_first=true quote_url=https://quotes.example.com/tsla field=price"
    )]
    [InlineData(
        "Watch the price of ACME at https://example.com/acme (field data.last) and tell me when it drops below 12.5",
        "[*/5 * * * *] symbol=ACME below=12.5 quote_url=https://example.com/acme field=data.last"
    )]
    [InlineData(
        "כל 5 דקות תבדוק את מחיר הביטקוין בכתובת https://example.com/btc בשדה price ותתריע כשהוא יורד ב-10%. בפעם הראשונה אל תודיע.",
        "[*/5 * * * *] symbol=BTC down_percent=10 quiet_first=true quote_url=https://example.com/btc field=price"
    )]
    [InlineData(
        "Tell me when Tesla at https://example.com/q costs 700 shekels or more",
        "[*/5 * * * *] symbol=TSLA at_least=700 quote_url=https://example.com/q"
    )]
    public void Choose_AsksTheAddressOfTheSentence_WhenItNamesOne(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("quote " + expected);
    }

    [Theory]
    [InlineData("Watch Tesla and buy 10 shares when it rises by 5%", "buy 10")]
    [InlineData("Tell me when Tesla rises by 5% and sell my shares", "sell")]
    [InlineData("Email me at dana@example.com when Tesla rises by 5%", "Email | at dana@example.com")]
    [InlineData("Tell me when Tesla does not rise by 5%", "does not")]
    [InlineData("Don't tell me when Tesla rises by 5%", "Don't")]
    [InlineData("Tell me when Tesla rises by 5% within an hour", "within | hour")]
    [InlineData("Tell me when Tesla rises by 5% unless it is Friday", "unless | is")]
    [InlineData("Tell me when Tesla rises by 5", "rises by 5")]
    [InlineData("Tell me when Tesla is above 5%", "is above 5%")]
    [InlineData("Tell me when Tesla crosses 300", "crosses 300")]
    [InlineData("Tell me when the volume of Tesla is above 300", "volume")]
    [InlineData("תעקוב אחרי טסלה ותקנה מניות כשהמחיר עולה ב-5%", "ותקנה")]
    [InlineData("תודיע לי כשטסלה לא עולה ב-5%", "לא")]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData("Watch the price of Tesla and tell me", "does not say when")]
    [InlineData("Tell me when Tesla or Apple rises by 5%", "several prices")]
    [InlineData("Tell me when Tesla is above 200 and below 300", "range")]
    [InlineData("Tell me when Tesla is above 200 or above 300", "several thresholds")]
    [InlineData("Tell me when Tesla goes above 700 shekels", "in US dollars")]
    [InlineData("Tell me when Tesla rises 5%, and again only after it fell below 200", "does not fit the threshold")]
    [InlineData("Tomorrow at 9 tell me when Tesla rises by 5%", "only once")]
    [InlineData("תעקוב אחרי מחיר המניה של טסלה ותודיע לי", "לא נאמר מתי להודיע")]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain(reason);
    }

    [Fact]
    public void Choose_SaysSinceWhenAndNamesTheConfigKey_WhenAPercentageIsAsked()
    {
        var (served, _) = Reading.Of("Tell me when Tesla rises by 5%");

        served!.AgentName.ShouldBe("Tesla: up by 5%");
        served.Understood.ShouldBe(
            "Every 5 minutes (Asia/Jerusalem): asks public sources, one after the other, for the price of Tesla (TSLA), and "
                + "tells you when it is up by 5%: compared with the last alert, or with what was seen first while there was "
                + "none. An address of your own goes into the config key quote_url."
        );
        served.Config["sources"]!.AsArray().Count.ShouldBeGreaterThan(1);
        served.Config["sources"]![0]!["url"]!.ToString().ShouldContain("/TSLA");
    }

    [Fact]
    public void Choose_AsksInTheCurrencyOfTheSentence_WhenACoinIsWatched()
    {
        var (served, _) = Reading.Of("Tell me when bitcoin goes above 80,000 euros");

        served!.Config["sources"]!.ToJsonString().ShouldContain("BTC-EUR");
        served.Config["sources"]!.ToJsonString().ShouldNotContain("{currency");
    }
}
