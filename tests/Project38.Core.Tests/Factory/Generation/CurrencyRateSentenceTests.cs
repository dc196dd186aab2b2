namespace Project38.Core.Tests.Factory.Generation;

public sealed class CurrencyRateSentenceTests
{
    [Theory]
    [InlineData("Tell me when the dollar goes above 3.80 shekels", "base=USD quote=ILS above=3.8")]
    [InlineData("Alert me when USD/ILS drops below 3.6", "base=USD quote=ILS below=3.6")]
    [InlineData("Alert me when USDILS drops below 3.6", "base=USD quote=ILS below=3.6")]
    [InlineData("Let me know if the euro falls below 1.05 dollars", "base=EUR quote=USD below=1.05")]
    [InlineData(
        "Watch the exchange rate of the euro against the dollar and tell me when it rises by 1%",
        "base=EUR quote=USD up_percent=1"
    )]
    [InlineData("Notify me when the pound to euro rate is 1.20 or more", "base=GBP quote=EUR at_least=1.2")]
    [InlineData("Tell me when the Swiss franc is worth more than 1.1 euros", "base=CHF quote=EUR above=1.1")]
    [InlineData(
        "Tell me when the rate of EUR to USD changes by 2% since the last alert",
        "base=EUR quote=USD up_percent=2 down_percent=2"
    )]
    [InlineData("Tell me when the dollar costs 150 yen or more", "base=USD quote=JPY at_least=150")]
    [InlineData("Tell me when the shekels per dollar rate is above 3.9", "base=USD quote=ILS above=3.9")]
    [InlineData("Tell me when a dollar is above ₪3.80", "base=USD quote=ILS above=3.8")]
    [InlineData("תודיע לי כשהדולר עולה על 3.80", "base=USD quote=ILS above=3.8")]
    [InlineData("תודיע לי כששער הדולר יורד מתחת ל-3.6 שקלים", "base=USD quote=ILS below=3.6")]
    [InlineData("תתריע כאשר האירו עובר 4.2 ש\"ח", "base=EUR quote=ILS above=4.2")]
    [InlineData("תודיע לי כששער האירו מול הדולר יורד ב-2%", "base=EUR quote=USD down_percent=2")]
    [InlineData(
        "תעקוב אחרי שער החליפין של הדולר לעומת השקל ותעדכן אותי כשהוא עולה או יורד ב-1%",
        "base=USD quote=ILS up_percent=1 down_percent=1"
    )]
    [InlineData("תודיע לי פעם אחת בלבד כשהליש\"ט מגיעה ל-5 שקלים", "base=GBP quote=ILS at_least=5 only_once=true")]
    public void Choose_ReadsARate_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("currency-rate [0 * * * *] " + expected);
    }

    [Theory]
    [InlineData(
        "Every 30 minutes get the dollar rate from http://127.0.0.1:8123/rates (field rates.ILS) and tell me when it goes above 3.8",
        "[*/30 * * * *] base=USD above=3.8 rate_url=http://127.0.0.1:8123/rates field=rates.ILS"
    )]
    [InlineData(
        "כל יום ב-9 תבדוק את שער הדולר בכתובת https://example.com/usd ותודיע לי כשהוא מתחת ל-3.5 שקלים",
        "[0 9 * * *] base=USD quote=ILS below=3.5 rate_url=https://example.com/usd"
    )]
    public void Choose_AsksTheAddressOfTheSentence_WhenItNamesOne(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("currency-rate " + expected);
    }

    [Theory]
    [InlineData("Tell me when the dollar goes above 3.8 shekels and buy 100 dollars", "buy 100")]
    [InlineData("Convert 100 dollars to shekels when the dollar is above 3.8 shekels", "Convert 100 | dollar")]
    [InlineData("Tell me when the dollar does not rise by 5% against the shekel", "does not")]
    [InlineData("תודיע לי כשהדולר מעל 3.8 ותמכור אותו", "ותמכור אותו")]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData("Tell me when the dollar goes above 3.8", "in which currency")]
    [InlineData("Watch the dollar against the shekel and tell me", "does not say when")]
    [InlineData("Tell me when the dollar, the euro or the yen is above 3.8 shekels", "two currencies")]
    [InlineData("Tell me when USD/ILS is above 3.8 euros", "two currencies")]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var line = Reading.Line(sentence);

        line.ShouldContain(reason);
    }

    [Fact]
    public void Choose_AsksPublicSourcesForThePair_WhenNoAddressIsNamed()
    {
        var (served, _) = Reading.Of("Tell me when the dollar goes above 3.80 shekels");

        served!.AgentName.ShouldBe("USD/ILS: above 3.8");
        var sources = served.Config["sources"]!.AsArray();
        sources.Count.ShouldBeGreaterThan(1);
        sources.ShouldAllBe(source =>
            !source!["url"]!.ToString().Contains('{') && source["url"]!.ToString().Contains("USD")
        );
    }
}
