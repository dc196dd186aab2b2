using CsCheck;
using Project38.Core.Agents;
using Project38.Core.Factory.Generation;

namespace Project38.Core.Tests.Factory.Generation;

public sealed class SentencePropertyTests
{
    private static readonly string[] _served =
    [
        "Every day at 8 add up expenses.csv and tell me when the total passes 1000",
        "Every Monday at 9 add up the price column of sales.csv and alert me if the sum falls below 500",
        "Every 5 minutes check example.com and tell me when it is down",
        "Notify me when example.com doesn't respond within 20 seconds after 3 failures in a row",
        "כל יום ב-8 סכם את expenses.csv ותודיע לי כשהסכום עובר את 1000",
        "כל 5 דקות תבדוק את example.com ותודיע לי כשהוא לא עונה",
        "Every 5 minutes check the price of Tesla and tell me when it rises by 5% since the last alert",
        "Tell me when bitcoin exceeds 5,000, and again only after it fell below 4,500",
        "צור לי סוכן שעוקב אחרי מניות של טסלה ומתריע כאשר המחיר עולה ב-5%",
        "Every hour check the dollar and tell me when it goes above 3.80 shekels",
        "כל שעה תבדוק את שער הדולר ותודיע לי כשהוא יורד מתחת ל-3.60 שקלים",
        "Every 10 minutes read https://example.com/stats and tell me when the field queue.length is above 100",
        "Every hour check the page https://example.com/news and tell me when it changes",
        "Check the links on https://example.com/docs every Monday at 9 and tell me which are broken",
        "תבדוק כל יום ב-7 אם יש קישורים שבורים ב-https://example.com",
        "Tell me when https://example.com/news no longer contains \"soldout\"",
        "כל שעה תבדוק את הדף https://example.com/news ותודיע לי כשהוא משתנה",
        "תודיע לי כשהשדה \"status\" בכתובת https://example.com/stats משתנה",
    ];

    // Words, numbers and signs that the reader knows, in any order: more likely to find a hole than plain noise.
    private static readonly Gen<string> _pieces = Gen.OneOf(
        "every",
        "day",
        "at",
        "8",
        "25:00",
        "add up",
        "expenses.csv",
        "tell me",
        "when",
        "the total",
        "passes",
        "1000",
        "remind me",
        "to",
        "\"",
        "'",
        "example.com",
        "is down",
        "https://",
        "5%",
        "$",
        "-",
        "כל",
        "יום",
        "ב-8",
        "תזכיר לי",
        "99999999999999999999",
        "2026-13-45",
        "0000-00-00",
        "in 99999 hours",
        "on 30 February",
        "@",
        "😀",
        "\u202e",
        "\0",
        "on",
        "31 April",
        "1,000",
        "k",
        "column",
        "Mon-Fri",
        "Asia/",
        "UTC time",
        "12:99 pm",
        "0 am",
        "\ud800",
        "__",
        "../"
    );

    [Fact]
    public void Choose_ServesOrRefusesInWords_WhenTheSentenceIsAnything()
    {
        Gen.OneOf(_pieces.Array[1, 40].Select(pieces => string.Join(' ', pieces)), Gen.String[10, 200])
            .Sample(
                sentence =>
                {
                    var (served, refusal) = Reading.Of(sentence);

                    return served is null
                        ? refusal!.Reason.Length > 0
                        : Schedule.TryParse(served.When!.Cron, served.When.TimeZone, Reading.Now, out _) is not null;
                },
                iter: 1_000
            );
    }

    [Theory]
    [InlineData("a")]
    [InlineData("-")]
    [InlineData("a-")]
    [InlineData("a.")]
    [InlineData("/a.")]
    [InlineData("1,000")]
    [InlineData("\"")]
    [InlineData("every ")]
    [InlineData("at 8 ")]
    [InlineData("remind me at 8 ")]
    [InlineData("the total ")]
    [InlineData("כש")]
    public void Choose_EndsQuickly_WhenGivenTwoThousandCharactersOfTheSame(string piece)
    {
        var sentence = string.Concat(Enumerable.Repeat(piece, 2000))[..2000];
        Reading.Of("Every day at 8 add up expenses.csv"); // the first sentence pays for compiling the reader

        var before = CpuTime();
        Reading.Of(sentence);

        (CpuTime() - before).ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    // Of this thread alone, in the kernel's hundredths of a second: how busy the machine is says nothing of a reader.
    private static TimeSpan CpuTime()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11]) + long.Parse(fields[12])));
    }

    [Fact]
    public void Choose_Refuses_WhenAnUnknownWordIsPutAnywhereIntoAServedSentence()
    {
        Gen.Select(Gen.OneOf(_served), Gen.Int[0, 20], Gen.OneOf("zorgle", "not", "never", "also", "זורגל", "לא"))
            .Sample(
                (sentence, place, word) =>
                {
                    var words = sentence.Split(' ').ToList();
                    words.Insert(place % (words.Count + 1), word);

                    Reading.Of(sentence).Served.ShouldNotBeNull();
                    return Reading.Of(string.Join(' ', words)).Served is null;
                },
                iter: 600
            );
    }

    [Fact]
    public void Choose_SetsNoLimitOfTheRun_WhenItServes()
    {
        // What a blueprint calls "timeout" would end the run itself, before it could tell that nobody answers.
        string[] reserved =
        [
            "timeout",
            "max_retries",
            "retry_backoff",
            "memory_mb",
            "cpu_percent",
            "misfire",
            "overlap",
        ];

        foreach (var sentence in _served)
        {
            var config = Reading.Of(sentence).Served.ShouldNotBeNull(sentence).Config;
            config.Select(pair => pair.Key).Intersect(reserved).ShouldBeEmpty(sentence);
        }
    }

    [Fact]
    public void Choose_ReadsTheSame_WhenAskedTwice()
    {
        Gen.OneOf(_served).Sample(sentence => Reading.Line(sentence) == Reading.Line(sentence), iter: 50);
    }

    [Theory]
    [InlineData("")]
    [InlineData("too short")]
    public void Choose_SaysTheLength_WhenTheDescriptionIsTooShort(string sentence)
    {
        var (served, refusal) = Reading.Of(sentence);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain("10 to 2000");
    }

    [Fact]
    public void Choose_SaysTheLength_WhenTheDescriptionIsTooLong()
    {
        var (served, refusal) = Reading.Of(new string('a', 2001));

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain("2001");
    }

    [Fact]
    public void Choose_NamesTheZone_WhenTheUsersZoneIsUnknown()
    {
        var brief = new AgentBrief("Remind me every day at 8 to stretch", null, "Mars/Olympus", "test");

        var (served, refusal) = BlueprintGenerator.Choose(brief, Reading.Now);

        served.ShouldBeNull();
        refusal!.Reason.ShouldContain("Mars/Olympus");
    }
}
