using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>Where in a JSON answer a value stands: a name, or names with dots between.</summary>
internal static class Fields
{
    private static readonly (Pattern, int)[] _named =
    [
        ("field|key|property|attribute|member|element|entry called|named|name|is? <path>", 0),
        ("field|key|property is called|named <path>", 0),
        ("שדה|מפתח|מאפיין הוא? נקרא|בשם|שנקרא? <latin>", 0),
        ("path is|called? <path>", 0),
        ("<path> field|key|property|attribute|member|element|entry", 0),
        ("{ <quoted> <number>? }", 0),
        ("{ <quoted> <quoted>? }", 0),
        ("שדה|מפתח|מאפיין בשם|הנקרא|שנקרא|ששמו|הוא? <path>", 0),
    ];

    private static readonly string[] _noNames =
    [
        "not",
        "never",
        "unless",
        "and",
        "or",
        "but",
        "no",
        "only",
        "also",
        "it",
        "any",
        "is",
        "has",
        "goes",
        "there",
        "they",
        "that",
        "this",
        "he",
        "she",
        "we",
        "i",
        "you",
        "everything",
        "something",
        "nothing",
        "page",
        "site",
        "website",
        "server",
        "text",
        "content",
        "contents",
        "value",
        "number",
        "at",
        "by",
        "under",
        "with",
        "than",
        "as",
        "inside",
        "via",
        "into",
        "over",
        "above",
        "below",
        "word",
        "words",
        "file",
        "folder",
        "total",
        "sum",
    ];

    /// <summary>The fields a sentence names as such, or puts in quotes, or writes with dots.</summary>
    public static IReadOnlyList<string> Take(Sentence sentence)
    {
        if (TakeSample(sentence) is { } shown)
        {
            return [shown];
        }
        var named = sentence
            .TakeAll(_named)
            .Select(found =>
                (
                    found.Match.Get<Token>("path")
                    ?? found.Match.Get<Token>("latin")
                    ?? found.Match.Get<Token>("quoted")
                )!.Text
            );
        var bare = sentence
            .TakeKind(TokenKind.Quoted)
            .Concat(sentence.TakeKind(TokenKind.Path))
            .Select(token => token.Text);
        return [.. named.ToArray().Concat(bare.ToArray()).Distinct()];
    }

    // {"symbol": "ABC", "data": {"price": 1.5}}: of what an answer looks like, the one number is the field. What is no
    // JSON is no sample, for somebody's wish may stand in it.
    private static string? TakeSample(Sentence sentence)
    {
        var rest = sentence.Rest.ToList();
        var from = rest.FindIndex(token => token.Text == "{");
        var to = rest.FindLastIndex(token => token.Text == "}");
        if (from < 0 || to < from || Parse(sentence.Quote(rest[from..(to + 1)])) is not { } sample)
        {
            return null;
        }
        if (NumbersOf(sample, "").ToArray() is not [var only])
        {
            return null;
        }
        sentence.TakeRange(from, to - from + 1);
        return only;
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<string> NumbersOf(JsonObject within, string path) =>
        within.SelectMany(field =>
            field.Value switch
            {
                JsonObject inner => NumbersOf(inner, $"{path}{field.Key}."),
                JsonValue value when value.GetValueKind() == JsonValueKind.Number => [path + field.Key],
                _ => [],
            }
        );

    /// <summary>"when queue length at …": up to three plain words behind "when" or "the value of"; null: none.</summary>
    public static string? TakeSubject(Sentence sentence)
    {
        var rest = sentence.Rest;
        for (var at = 0; at < rest.Count; at++)
        {
            if (Opens(rest, at) is not { } first)
            {
                continue;
            }
            var end = first;
            while (
                end < rest.Count
                && end < first + 3
                && IsPlain(rest[end])
                && (end == first || sentence.Touch(rest[end - 1], rest[end]))
            )
            {
                end++;
            }
            if (end > first)
            {
                var name = sentence.Quote([.. rest.Skip(first).Take(end - first)]);
                sentence.TakeWords([.. rest.Skip(first).Take(end - first)]);
                return name;
            }
        }
        return null;
    }

    /// <summary>A field where one is expected: a <see cref="Token"/>.</summary>
    public static (object Value, int Length)? ReadPath(IReadOnlyList<Token> tokens, int at) =>
        tokens[at].Kind is TokenKind.Quoted or TokenKind.Path
        || (tokens[at].Kind == TokenKind.Url && !tokens[at].Text.Contains('/'))
        || (
            tokens[at].Kind == TokenKind.Word
            && !Fillers.IsFiller(tokens[at])
            && !Words.IsHebrewWhen(tokens[at])
            && !_noNames.Contains(tokens[at].Text)
        )
            ? (tokens[at], 1)
            : null;

    private static readonly Pattern[] _openers =
    [
        "when|if|whenever|once the|its?",
        "as soon as the|its?",
        "when|if|whenever|once the|its? value|number of the?",
        "as soon as the|its? value|number of the?",
        "value|number of? the?",
        "כש|אם|כאשר ה?",
        "ערך|הערך של? ה?",
    ];

    private static int? Opens(IReadOnlyList<Token> rest, int at) =>
        _openers
            .Select(opener => opener.At(rest, at))
            .OfType<PatternMatch>()
            .Select(match => (int?)(at + match.Length))
            .Max();

    private static bool IsPlain(Token token) =>
        token.Kind == TokenKind.Word
        && char.IsAscii(token.Text[0])
        && !Fillers.IsFiller(token)
        && !_noNames.Contains(token.Text.ToLowerInvariant())
        && !token.Text.Contains('\'')
        && Currencies.Read([token], 0) is null
        && Currencies.Pair(token) is null
        && Listings.ReadTicker([token], 0) is null
        && Listings.Read([token], 0) is null;
}
