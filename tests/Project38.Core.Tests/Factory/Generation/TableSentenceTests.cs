namespace Project38.Core.Tests.Factory.Generation;

public sealed class TableSentenceTests
{
    [Theory]
    [InlineData(
        "Every day at 8 add up expenses.csv and tell me when the total passes 1000",
        "[0 8 * * *] file=expenses.csv threshold=1000"
    )]
    [InlineData(
        "Tell me when the average of expenses.csv passes 1000",
        "[0 8 * * *] file=expenses.csv measure=average threshold=1000"
    )]
    [InlineData(
        "Every hour check the average price in sales.csv and alert me when it drops below 12.5",
        "[0 * * * *] file=sales.csv about=price measure=average threshold=12.5 direction=below"
    )]
    [InlineData(
        "Tell me when the lowest stock level in inventory.csv falls below 5. Tell me once, and again only after it has risen above 10.",
        "[0 8 * * *] file=inventory.csv about=stock level measure=minimum threshold=5 direction=below rearm=10 rearm_past=true"
    )]
    [InlineData(
        "Every morning tell me if the maximum temperature in data/temps.csv is at least 40 degrees",
        "[0 8 * * *] file=data/temps.csv about=temperature measure=maximum threshold=40 direction=at_least"
    )]
    [InlineData(
        "Alert me when any value in the \"load\" column of metrics.csv exceeds 0.9",
        "[0 8 * * *] file=metrics.csv column=load measure=maximum threshold=0.9"
    )]
    [InlineData(
        "Every 15 minutes add up the amount column of expenses.csv. When the total exceeds 1000, send me a notification that contains the total. Notify me only once, and again only after the total has gone back to 1000 or less. If the file is missing, fail the run.",
        "[*/15 * * * *] file=expenses.csv column=amount threshold=1000"
    )]
    [InlineData(
        "כל יום ב-8 תחשב את הממוצע של עמודת מחיר ב-prices.csv ותודיע לי כשהוא מתחת ל-50",
        "[0 8 * * *] file=prices.csv column=מחיר measure=average threshold=50 direction=below"
    )]
    [InlineData(
        "כל שעה בדוק את הערך הגבוה ביותר בעמודה temp בקובץ temps.csv ותתריע אם הוא מעל 40",
        "[0 * * * *] file=temps.csv column=temp measure=maximum threshold=40"
    )]
    [InlineData(
        "כל בוקר ב-9 תסכם את סכום ההוצאות בקובץ expenses.csv ותודיע לי פעם אחת כשהסכום עובר 1,000 ש\"ח",
        "[0 9 * * *] file=expenses.csv about=ההוצאות threshold=1000 only_once=true"
    )]
    [InlineData(
        "Tell me when the total of expenses.csv reaches 1000",
        "[0 8 * * *] file=expenses.csv threshold=1000 direction=at_least"
    )]
    [InlineData(
        "Every weekday at 18:00 calculate the sum of hours in timesheet.csv and notify me if it is less than 40",
        "[0 18 * * 1-5] file=timesheet.csv about=hours threshold=40 direction=below"
    )]
    [InlineData(
        "Watch stock.csv and warn me when the minimum of the quantity column is under 3",
        "[0 8 * * *] file=stock.csv column=quantity measure=minimum threshold=3 direction=below"
    )]
    [InlineData(
        "Check budget.csv daily at 7:30; if the total spent is over 2,500 let me know",
        "[30 7 * * *] file=budget.csv threshold=2500"
    )]
    [InlineData(
        "Send me an alert if the mean of column latency in perf.tsv goes above 250",
        "[0 8 * * *] file=perf.tsv column=latency measure=average threshold=250"
    )]
    [InlineData(
        "If the lowest balance in accounts.csv is at most 0, alert me. Check every day at 7.",
        "[0 7 * * *] file=accounts.csv about=balance measure=minimum threshold=0 direction=at_most"
    )]
    [InlineData(
        "כל יום ב-8 תודיע לי כשהמינימום של עמודת מלאי בקובץ stock.csv יורד מתחת ל-10",
        "[0 8 * * *] file=stock.csv column=מלאי measure=minimum threshold=10 direction=below"
    )]
    [InlineData(
        "כל יום ב-8 תודיע לי כשהמקסימום בעמודה מחיר ב-prices.csv מגיע ל-200",
        "[0 8 * * *] file=prices.csv column=מחיר measure=maximum threshold=200 direction=at_least"
    )]
    [InlineData(
        "כל שעה תסכם את expenses.csv ותודיע לי כשהסכום עובר את 1000. אם הקובץ חסר, הריצה צריכה להיכשל",
        "[0 * * * *] file=expenses.csv threshold=1000"
    )]
    public void Choose_ReadsIt_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("table-total " + expected);
    }

    [Theory]
    [InlineData("Tell me when the total of expenses.csv crosses 1000", "crosses 1000")]
    [InlineData("Tell me when expenses.csv has a total of more than 1000 rows", "has | rows")]
    [InlineData("Tell me every time the total of expenses.csv passes 1000", "every time")]
    [InlineData("Every day at 8 add up zorgle expenses.csv and tell me when the total passes 1000", "zorgle")]
    [InlineData(
        "Tell me when the average of column hours in timesheet.csv is more than 9, and delete the file",
        "delete"
    )]
    [InlineData("כל יום ב-8 תחשב את הממוצע ב-prices.csv ותמחק את הקובץ כשהוא מתחת ל-50", "ותמחק")]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData(
        "Add up the amount column of sales.csv and tell me when the total is below 100 and again only after it rises above 50",
        "When it may tell again does not fit the number. Say one that the figure comes back to."
    )]
    [InlineData(
        "Tell me when the average and the total of expenses.csv pass 1000",
        "It names several figures (total, average, lowest, highest). Say one; make an agent for each."
    )]
    [InlineData(
        "Tell me when the average of the price column in sales.csv exceeds 5%",
        "Such a figure is compared with a number, not with a percentage. Say the number."
    )]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain(reason);
    }
}
