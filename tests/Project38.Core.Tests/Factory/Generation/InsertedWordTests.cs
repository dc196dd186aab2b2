using System.Text.Json.Nodes;
using CsCheck;

namespace Project38.Core.Tests.Factory.Generation;

/// <summary>A word that does not belong into a brief is never swallowed: refused, or seen in what is made of it.</summary>
public sealed class InsertedWordTests
{
    // A nonsense word, a thing, a wish, a manner, a number and times.
    private static readonly string[] _english =
    [
        "zorgle",
        "banana",
        "explode",
        "urgently",
        "4321",
        "noon",
        "tomorrow",
        "yesterday",
    ];

    private static readonly string[] _hebrew =
    [
        "זורגל",
        "בננה",
        "לרקוד",
        "תפוצץ",
        "מהר",
        "4321",
        "בחצות",
        "מחר",
        "אתמול",
    ];

    private static readonly string[] _briefs = [.. CarefulBriefTests.Served.Select(row => row.Data.Item1)];

    [Fact]
    public void Choose_RefusesOrShowsTheWord_WhenItIsPutIntoACarefulBrief()
    {
        Gen.Select(Gen.OneOf(_briefs), Gen.Int[0, 1_000], Gen.Int[0, 1_000])
            .Sample(
                (brief, place, pick) =>
                {
                    var words = brief.Split(' ');
                    var foreign = brief.Any(letter => letter is >= 'א' and <= 'ת') ? _hebrew : _english;
                    var (at, word) = (place % (words.Length + 1), foreign[pick % foreign.Length]);
                    // A word that is said twice says nothing new.
                    if (words.Contains(word))
                    {
                        return;
                    }

                    Swallowed(brief, string.Join(' ', [.. words[..at], word, .. words[at..]]), word).ShouldBeNull();
                },
                iter: 600
            );
    }

    // The sentence with what was made of it; null: refused, or the word shows, as itself or as a time.
    private static string? Swallowed(string brief, string turned, string word)
    {
        var served = Reading.Of(turned).Served;
        return
            served is null
            || Texts(served.Config).Append(served.Understood).Any(text => text.Contains(word, StringComparison.Ordinal))
            || served.When!.Cron != Reading.Of(brief).Served!.When!.Cron
            ? null
            : $"{turned} -> {Reading.Line(turned)}";
    }

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonArray list => list.SelectMany(Texts),
            JsonObject fields => fields.SelectMany(field => Texts(field.Value)),
            null => [],
            _ => [node.ToString()],
        };
}
