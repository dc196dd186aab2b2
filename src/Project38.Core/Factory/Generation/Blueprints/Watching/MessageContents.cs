using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>"with the old and the new price in the message": what a message of these blueprints says anyway.</summary>
internal static class MessageContents
{
    private static readonly HashSet<string> _begins = Words.Of(
        "include includes including mention mentions mentioning say saying state stating show showing write give giving with",
        "message messages alert notification text body contain contains containing quote quoting name naming put list listing",
        "report reporting together along send tell how what its their what's",
        "ציין כולל כלול עם הצג תציג כתוב רשום הודעה התראה אמור תגיד הוסף תוסיף הראה בצירוף להכיל מה כמה הודע שלח"
    );

    private static readonly HashSet<string> _inside = Words.Of(
        "the a an its it their them current new newest latest last old previous actual both and in must should has have had to",
        "also by how much many left which what of is was were are be been then now from before after please me us for each",
        "every one as well it's there so that this all at least exactly only just needs need remaining stand appear",
        "את חדש ישן נוכחי קודם אחרון ו גם של לפני אחרי כמה צריכה צריכים חייבת חייב צריך ב ה חדשה קודמת נוכחית שלו שלה שלהם שלהן כל",
        "אחד אחת היה הייתה היו נשאר נשארו להופיע ואת ומה חדשות חדשים אחרונות אחרונים לי הוא היא זה זו בהודעה"
    );

    /// <summary>Takes such clauses, as far as the blueprint's message says what they ask for.</summary>
    /// <param name="sentence">What is left of the sentence.</param>
    /// <param name="said">The nouns that the message holds.</param>
    public static void Take(Sentence sentence, IReadOnlySet<string> said) =>
        sentence.TakeRuns(
            token => Any(_begins, token),
            token => Any(_begins, token) || Any(_inside, token) || Any(said, token),
            clause => clause.Skip(1).Any(token => Any(said, token))
        );

    private static bool Any(IReadOnlySet<string> words, Token token) =>
        token.Kind == TokenKind.Word && token.IsAny(words) && !Words.IsHebrewWhen(token);
}
