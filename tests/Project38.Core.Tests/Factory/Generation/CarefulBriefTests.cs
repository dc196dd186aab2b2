using System.Globalization;

namespace Project38.Core.Tests.Factory.Generation;

/// <summary>Briefs as people write them, several sentences long, in the files of <c>Briefs</c>.</summary>
/// <remarks>
/// Each brief stands on one line, and on the line behind it what the reader makes of it, as <see cref="Reading.Line"/>
/// says it. <c>{BASE}</c> is an address. <c>traps.txt</c> has the briefs that sound like a blueprint's and ask for more.
/// </remarks>
public sealed class CarefulBriefTests
{
    private const string Address = "http://127.0.0.1:8123";

    public static TheoryData<string, string> Served => Rows(name => name != "traps");

    public static TheoryData<string, string> Traps => Rows(name => name == "traps");

    [Theory]
    [MemberData(nameof(Served))]
    public void Choose_ReadsAllOfIt_WhenABlueprintServesABrief(string brief, string expected)
    {
        var line = Reading.Line(brief);

        line.ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public void Choose_QuotesTheWords_WhenABriefAsksForMore(string brief, string expected)
    {
        var line = Reading.Line(brief);

        line.ShouldBe(expected);
    }

    // A word that turns a clause around must never be lost in it.
    [Theory]
    [InlineData("not", "en")]
    [InlineData("zorgle", "en")]
    [InlineData("לא", "he")]
    [InlineData("זורגל", "he")]
    public void Choose_RefusesOrSaysSo_WhenAWordIsPutBeforeAnAside(string word, string language)
    {
        string[] asides =
            language == "en"
                ?
                [
                    "On the first run stay silent.",
                    "If the page cannot be fetched, say nothing.",
                    "Tell me again only after it has been at 100 or below.",
                    "The message should contain the value.",
                ]
                :
                [
                    "בריצה הראשונה אל תשלח כלום.",
                    "אם הדף לא זמין, אל תגיד כלום.",
                    "תודיע שוב רק אחרי שחזר ל-100 או פחות.",
                    "ההודעה צריכה לכלול את הערך.",
                ];
        var wish =
            language == "en"
                ? $"Every hour read {Address}/a.json and tell me when the field \"n\" is above 100."
                : $"כל שעה תקרא את {Address}/a.json ותודיע לי כשהשדה n מעל 100.";
        foreach (var aside in asides)
        {
            Reading.Of($"{wish} {aside}").Served.ShouldNotBeNull(aside);
            var words = aside.Split(' ');
            for (var at = 1; at < words.Length; at++)
            {
                var turned = string.Join(' ', [.. words[..at], word, .. words[at..]]);

                Reading.Of($"{wish} {turned}").Served.ShouldBeNull(turned);
            }
        }
    }

    private static TheoryData<string, string> Rows(Predicate<string> wanted)
    {
        var rows = new TheoryData<string, string>();
        var assembly = typeof(CarefulBriefTests).Assembly;
        foreach (
            var name in assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith("briefs/", StringComparison.Ordinal))
        )
        {
            if (!wanted(name["briefs/".Length..]))
            {
                continue;
            }
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var lines = reader.ReadToEnd().Replace("{BASE}", Address, false, CultureInfo.InvariantCulture).Split('\n');
            for (var at = 0; at + 1 < lines.Length; at++)
            {
                if (lines[at].Length > 0 && lines[at + 1].StartsWith("= ", StringComparison.Ordinal))
                {
                    rows.Add(lines[at], lines[at + 1][2..]);
                }
            }
        }
        return rows;
    }
}
