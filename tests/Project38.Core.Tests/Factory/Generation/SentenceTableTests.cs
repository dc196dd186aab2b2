using System.Globalization;

namespace Project38.Core.Tests.Factory.Generation;

public sealed class SentenceTableTests
{
    private const string Total = "table-total [0 8 * * *] file=expenses.csv threshold=1000";

    [Theory]
    // The sentence of the README, and other ways to say it.
    [InlineData("Every day at 8 add up expenses.csv and tell me when the total passes 1000", Total)]
    [InlineData("every day at 8, sum expenses.csv and let me know when the total exceeds 1,000!", Total)]
    [InlineData("Please tell me when the total of expenses.csv goes over $1k, daily at 8 am", Total)]
    [InlineData("Add up the expenses in expenses.csv and alert me if the sum is more than 1000 dollars", Total)]
    [InlineData("Create an agent that adds up expenses.csv and notifies me when the total is above 1000", Total)]
    [InlineData("Notify me as soon as the total of expenses.csv is greater than a thousand", Total)]
    [InlineData("Could you sum up the file expenses.csv daily and warn me when it passes 1000 shekels?", Total)]
    [InlineData("Tell me once the sum of expenses.csv rises above 1000.00", Total)]
    [InlineData(
        "Tell me when the total of expenses.csv falls below 500.5",
        "table-total [0 8 * * *] file=expenses.csv threshold=500.5 direction=below"
    )]
    [InlineData(
        "Every hour add up the price column of reports/2026/sales.csv and tell me when the total drops under -20",
        "table-total [0 * * * *] file=reports/2026/sales.csv column=price threshold=-20 direction=below"
    )]
    [InlineData(
        "Every Monday at 9 add up \"my big expenses.csv\" and tell me when the total passes 2 million",
        "table-total [0 9 * * 1] file=my big expenses.csv threshold=2000000"
    )]
    [InlineData(
        "Weekdays at 9:30 New York time add up column amount of data.tsv, tell me when it exceeds 10",
        "table-total [30 9 * * 1-5 America/New_York] file=data.tsv column=amount threshold=10"
    )]
    [InlineData("כל יום ב-8 סכם את expenses.csv ותודיע לי כשהסכום עובר את 1000", Total)]
    [InlineData("סכם את הקובץ expenses.csv כל בוקר ותגיד לי כשהסכום מעל 1,000 ש\"ח", Total)]
    [InlineData(
        "בכל יום שני בשעה 9:30 תסכם את עמודת price בקובץ expenses.csv ותתריע כאשר הסכום יורד מתחת ל-50",
        "table-total [30 9 * * 1] file=expenses.csv column=price threshold=50 direction=below"
    )]
    public void Choose_ReadsATableTotal_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe(expected);
    }

    [Theory]
    [InlineData("Every day at 8 add up expenses.csv and tell me when the total passes 1.000", "1.000")]
    [InlineData("Every day at 8 add up expenses.csv and tell me when the total passes 12.500 dollars", "12.500")]
    [InlineData("Every day at 8 add up expenses.csv and tell me when the total passes 1,5", "1,5")]
    [InlineData("Tell me when the euro goes above 1.085 dollars", "1.085")]
    [InlineData("כל יום ב-8 סכם את expenses.csv ותודיע לי כשהסכום עובר את 1.000", "1.000")]
    public void Choose_AsksHowItIsMeant_WhenANumberHasTwoMeanings(string sentence, string number)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Leftovers.ShouldContain(words => words.Contains(number));
        refusal.Reason.ShouldContain("1.0850");
    }

    [Theory]
    [InlineData("0.125", "0.125")]
    [InlineData("1.0850", "1.0850")]
    [InlineData("1000.125", "1000.125")]
    [InlineData("1,250.500", "1250.500")]
    public void Choose_ReadsTheNumber_WhenThreeDigitsBehindThePointCanBeNoThousands(string written, string threshold)
    {
        var config = Reading
            .Of($"Every day at 8 add up expenses.csv and tell me when the total passes {written}")
            .Served!.Config;

        config["threshold"]!.GetValue<decimal>().ShouldBe(decimal.Parse(threshold, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(
        "Every 5 minutes check example.com and tell me when it is down",
        "[*/5 * * * *] url=https://example.com"
    )]
    [InlineData(
        "Tell me when https://example.com/health?x=1 is down",
        "[*/5 * * * *] url=https://example.com/health?x=1"
    )]
    [InlineData("check that example.com is up every minute", "[* * * * *] url=https://example.com")]
    [InlineData("Make sure http://localhost:5000 is reachable, hourly", "[0 * * * *] url=http://localhost:5000")]
    [InlineData("alert me if my site example.co.il stops responding", "[*/5 * * * *] url=https://example.co.il")]
    [InlineData(
        "Notify me when example.com doesn't respond within 20 seconds",
        "[*/5 * * * *] url=https://example.com wait=20"
    )]
    [InlineData(
        "Every 10 minutes monitor example.com and warn me after 3 failures in a row when it is down",
        "[*/10 * * * *] url=https://example.com failures=3"
    )]
    [InlineData(
        "Every 5 minutes on weekdays check whether example.com is online",
        "[*/5 * * * 1-5] url=https://example.com"
    )]
    [InlineData("Let me know if example.com/shop is not available", "[*/5 * * * *] url=https://example.com/shop")]
    [InlineData("Monitor the uptime of example.com every 30 seconds", "[*/30 * * * * *] url=https://example.com")]
    [InlineData("כל 5 דקות תבדוק את example.com ותודיע לי כשהוא לא עונה", "[*/5 * * * *] url=https://example.com")]
    [InlineData("תודיע לי אם האתר example.com נופל", "[*/5 * * * *] url=https://example.com")]
    public void Choose_ReadsAnUptimeCheck_WhenEveryWordIsAccountedFor(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("uptime " + expected);
    }

    [Theory]
    [InlineData("Remind me every day at 8 to drink water", "[0 8 * * *] text=drink water")]
    [InlineData("Remind me to drink water every 2 hours", "[0 */2 * * *] text=drink water")]
    [InlineData("Every Friday remind me to submit my timesheet at 17:00", "[0 17 * * 5] text=submit my timesheet")]
    [InlineData(
        "Remind me every Mon and Thu at 8:30 pm to take out the trash",
        "[30 20 * * 1,4] text=take out the trash"
    )]
    [InlineData("Remind me Monday to Friday at noon to eat", "[0 12 * * 1,2,3,4,5] text=eat")]
    [InlineData("remind me Mon-Wed at 7 in the evening that dinner is ready", "[0 19 * * 1,2,3] text=dinner is ready")]
    [InlineData("Remind me on the 1st of every month at 9 to pay rent", "[0 9 1 * *] text=pay rent")]
    [InlineData(
        "Remind me on the last day of every month at 18:00 to close the books",
        "[0 18 L * *] text=close the books"
    )]
    [InlineData("Remind me at 8 and 20 every day to take the pill", "[0 8,20 * * *] text=take the pill")]
    [InlineData("Remind me every day at 9 UTC to stretch", "[0 9 * * * UTC] text=stretch")]
    [InlineData("Remind me every day at 9 Europe/Berlin to stretch", "[0 9 * * * Europe/Berlin] text=stretch")]
    [InlineData("Remind me every day at midnight to sleep.", "[0 0 * * *] text=sleep")]
    [InlineData("Remind me every weekend at 10 to call Paris", "[0 10 * * 0,6] text=call Paris")]
    [InlineData("Every day at 8 remind me to take the 9:30 train", "[0 8 * * *] text=take the 9:30 train")]
    [InlineData("Remind me tomorrow at 9 to call Dr. Cohen", "[0 9 23 11 *] text=call Dr. Cohen")]
    [InlineData("Remind me at 5 pm to leave", "[0 17 22 11 *] text=leave")]
    [InlineData("Remind me at 9 am to leave early", "[0 9 23 11 *] text=leave early")]
    [InlineData("Remind me in 10 minutes to turn off the oven", "[11 10 22 11 *] text=turn off the oven")]
    [InlineData("Remind me on 24 December at 10 to wrap the gifts", "[0 10 24 12 *] text=wrap the gifts")]
    [InlineData("Remind me on Tuesday at 10 to call mom", "[0 10 24 11 *] text=call mom")]
    [InlineData(
        "Remind me every year on March 3rd at 9 that it is Dana's birthday",
        "[0 9 3 3 *] text=it is Dana's birthday"
    )]
    [InlineData("Reminder every day at 8: stand up", "[0 8 * * *] text=stand up")]
    [InlineData(
        "Remind me every day at 8 \"tell me when the total passes 1000\"",
        "[0 8 * * *] text=tell me when the total passes 1000"
    )]
    [InlineData("תזכיר לי כל יום ב-8 לשתות מים", "[0 8 * * *] text=לשתות מים")]
    [InlineData("תזכיר לי כל יום ראשון ב-9 להשקות את העציצים", "[0 9 * * 0] text=להשקות את העציצים")]
    [InlineData("כל ערב בשעה 8 תזכיר לי לקחת כדור", "[0 20 * * *] text=לקחת כדור")]
    [InlineData("תזכיר לי מחר בשעה 17:30 לצאת הביתה", "[30 17 23 11 *] text=לצאת הביתה")]
    [InlineData("תזכיר לי כל שעתיים לקום מהכיסא", "[0 */2 * * *] text=לקום מהכיסא")]
    public void Choose_ReadsAReminder_WhenItHasATimeAndAText(string sentence, string expected)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("reminder " + expected);
    }

    [Theory]
    [InlineData("Every day at 8 add up expenses.csv and buy shares when the total passes 1000", "buy shares")]
    [InlineData("Every day at 8 add up expenses.csv and don't tell me when the total passes 1000", "don't")]
    [InlineData("Every day at 8 add up expenses.csv and tell me when the total does not pass 1000", "does not")]
    [InlineData("Add up expenses.csv and tell me when the total passes 1000 unless it is Friday", "unless | is")]
    [InlineData("Add up expenses.csv and email dana@example.com when the total passes 1000", "email dana@example.com")]
    [InlineData("Tell me every time the total of expenses.csv passes 1000", "every time")]
    [InlineData("Tell me when the total of expenses.csv crosses 1000", "crosses 1000")]
    [InlineData("Tell me when expenses.csv has a total of more than 1000 rows", "has | rows")]
    [InlineData("Tell me when example.com is down and restart the server", "restart")]
    [InlineData("Tell me when example.com is down and also when it is slow", "also | is slow")]
    [InlineData("Buy me a coffee machine", "Buy | coffee machine")]
    [InlineData("כל יום ב-8 סכם את expenses.csv ותקנה מניות כשהסכום עובר את 1000", "ותקנה מניות")]
    [InlineData("כל יום ב-8 סכם את expenses.csv ואל תודיע לי כשהסכום עובר את 1000", "ואל")]
    public void Choose_QuotesTheWords_WhenNothingAccountsForThem(string sentence, string leftovers)
    {
        var line = Reading.Line(sentence);

        line.ShouldBe("refused: " + leftovers);
    }

    [Theory]
    [InlineData("Every day at 8 add up and tell me when the total passes 1000", "No file")]
    [InlineData("Every day at 8 add up expenses.csv and tell me the total", "when to tell")]
    [InlineData("Add up a.csv and b.csv and tell me when the total passes 1000", "several files")]
    [InlineData(
        "Add up expenses.csv and tell me when the total passes 1000 and when it falls below 500",
        "several thresholds"
    )]
    [InlineData("Add up expenses.xlsx and tell me when the total passes 1000", ".csv or .tsv")]
    [InlineData("Add up /etc/expenses.csv and tell me when the total passes 1000", "outside the agent's workspace")]
    [InlineData("Add up ../expenses.csv and tell me when the total passes 1000", "outside the agent's workspace")]
    [InlineData("Tell me when the total of expenses.csv rises above 5 %", "not with a percentage")]
    [InlineData(
        "At 25:00 add up expenses.csv and tell me when the total passes 1000",
        "“25:00” is no clear time of day"
    )]
    [InlineData(
        "Every day at 13 pm add up expenses.csv and tell me when the total passes 1000",
        "no clear time of day"
    )]
    [InlineData("Every 90 minutes check that example.com is up", "every hour or every 2 hours")]
    [InlineData("Every 7 minutes check that example.com is up", "every 6 minutes or every 10 minutes")]
    [InlineData("Every 0 minutes check that example.com is up", "cannot be written")]
    [InlineData("Every 2 days check that example.com is up", "cannot be written")]
    [InlineData("Every hour at 8 check that example.com is up", "do not go together")]
    [InlineData("Every day at 8 and every Monday at 9 check that example.com is up", "do not go together")]
    [InlineData("Every week check that example.com is up", "which day of the week")]
    [InlineData("Tomorrow at 8 check that example.com is up", "only once")]
    [InlineData("Check that the site is up when it is down", "No address")]
    [InlineData("Tell me when example.com is down or if example.org is down", "several addresses")]
    [InlineData("Remind me to drink water", "does not say when")]
    [InlineData("Remind me every day at 8", "what to remind you of")]
    [InlineData("Remind me on the 31st of every month at 8 to pay", "Not every month")]
    [InlineData("Remind me on 30 February at 8 to pay", "not in the calendar")]
    [InlineData("Remind me on 3 January 2020 at 8 to pay", "is past")]
    [InlineData(
        "Remind me every day at 8 to stretch and tell me when expenses.csv passes 1000",
        "more than a reminder"
    )]
    [InlineData("Remind me every day at 8 to stretch. Restart the server", "more than a reminder")]
    [InlineData("תזכיר לי לשתות מים", "לא נאמר מתי")]
    [InlineData("כל יום ב-8 תסכם ותודיע לי כשהסכום עובר את 1000", "לא נזכר קובץ")]
    public void Choose_SaysWhatIsMissing_WhenTheSentenceLeavesItOpen(string sentence, string reason)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain(reason);
    }
}
