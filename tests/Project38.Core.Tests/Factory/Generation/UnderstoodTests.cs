namespace Project38.Core.Tests.Factory.Generation;

public sealed class UnderstoodTests
{
    [Theory]
    [InlineData(
        "Every day at 8 add up expenses.csv and tell me when the total passes 1000",
        "Every day at 08:00 (Asia/Jerusalem): adds up the column of numbers in expenses.csv in its workspace, and tells "
            + "you when the total is above 1,000: once, and again only after the total came back down to 1,000 in between."
    )]
    [InlineData(
        "Tell me when example.com is down",
        "Every 5 minutes (Asia/Jerusalem): asks https://example.com, and tells you when it does not answer within 10 s "
            + "or answers with an error: once when it goes down, and once when it is back."
    )]
    [InlineData("Remind me on weekdays at 9 UTC to stretch", "Monday to Friday at 09:00 (UTC): tells you “stretch”.")]
    [InlineData(
        "Remind me tomorrow at 17:30 to call Dana",
        "Once, on 23 November 2026 at 17:30 (Asia/Jerusalem): tells you “call Dana”."
    )]
    [InlineData("תזכיר לי כל יום שני ב-9 להתקשר", "כל יום שני בשעה 09:00 (Asia/Jerusalem): אומר לך “להתקשר”.")]
    public void Choose_SaysExactlyWhatWillBeDone_WhenServed(string sentence, string understood)
    {
        var (served, _) = Reading.Of(sentence);

        served!.Understood.ShouldBe(understood);
    }

    [Theory]
    [InlineData(
        "Every day at 8 add up expenses.csv and tell me when the total passes 1000",
        "Expenses total over 1,000"
    )]
    [InlineData("Tell me when example.com is down", "example.com is up")]
    [InlineData("Remind me every day at 8 to drink water", "Reminder: drink water")]
    public void Choose_NamesTheAgentByItsNouns_WhenServed(string sentence, string name)
    {
        var (served, _) = Reading.Of(sentence);

        served!.AgentName.ShouldBe(name);
    }

    [Fact]
    public void Choose_OffersEachBlueprintWithAnExampleThatWorks_WhenNothingServes()
    {
        var (_, refusal) = Reading.Of("Buy me a coffee machine");

        var examples = refusal!
            .Reason.Split('“', '”')
            .Where((_, index) => index % 2 == 1)
            .Where(e => e.Contains(' ') && e.Length > 30);
        examples
            .Select(example => Reading.Of(example).Served?.Blueprint)
            .ShouldBe([
                "table-total",
                "uptime",
                "link-check",
                "quote",
                "currency-rate",
                "json-field",
                "page-change",
                "feed",
                "releases",
                "folder-watch",
                "log-pattern",
                "reminder",
            ]);
    }
}
