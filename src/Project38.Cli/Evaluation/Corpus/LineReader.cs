using System.Text.Json;
using Project38.Cli.Evaluation.Judging;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>Reads the lines about files and posts: a list of lines, or an object by glob or path.</summary>
internal static class LineReader
{
    /// <summary>Lines about files.</summary>
    public static IReadOnlyList<FileLine> Files(Fields expect, Problems problems) =>
        [
            .. Lines(expect, problems, "files")
                .Select(line =>
                {
                    var (key, value, at) = line;
                    var fields = Shaped(at, value, problems);
                    var glob = key ?? fields?.Required("glob", "path", "file", "name") ?? "*";
                    var matches = fields is null
                        ? value
                        : fields.Take("matches", "text_matches", "match", "content_matches");
                    var not = fields?.Take("text_not", "not");
                    var count = ExpectReader.Bounds($"{at}.count", fields?.Take("count"), problems);
                    if (fields is not null)
                    {
                        if (fields.Take("exists") is { } exists)
                        {
                            count ??= exists.ValueKind == JsonValueKind.False ? new Bounds(0, 0) : Bounds.Some;
                        }
                        if (fields.Take("absent", "missing") is { ValueKind: JsonValueKind.True })
                        {
                            count ??= new Bounds(0, 0);
                        }
                        fields.Done();
                    }
                    else if (value.ValueKind is JsonValueKind.Null or JsonValueKind.False)
                    {
                        count = new Bounds(0, 0);
                        matches = null;
                    }
                    else if (value.ValueKind == JsonValueKind.True)
                    {
                        matches = null;
                    }
                    return new FileLine(
                        new Glob(glob),
                        count ?? Bounds.Some,
                        ExpectReader.Patterns($"{at}.matches", matches, problems),
                        ExpectReader.Patterns($"{at}.text_not", not, problems)
                    );
                }),
        ];

    /// <summary>Lines about posts.</summary>
    public static IReadOnlyList<PostLine> Posts(Fields expect, Problems problems) =>
        [
            .. Lines(expect, problems, "posts")
                .Select(line =>
                {
                    var (key, value, at) = line;
                    var isCount = value.ValueKind == JsonValueKind.Number;
                    var fields = isCount ? null : Shaped(at, value, problems);
                    var path = (key ?? fields?.Required("path", "url") ?? "/").Replace(
                        Brief.BasePlace,
                        "",
                        StringComparison.Ordinal
                    );
                    var count = isCount ? value : fields?.Take("count");
                    var matches = fields?.Take("matches", "body_matches", "text_matches", "match", "body");
                    if (fields is null && !isCount)
                    {
                        matches = value;
                    }
                    var not = fields?.Take("text_not", "body_not", "not");
                    fields?.Done();
                    return new PostLine(
                        path,
                        ExpectReader.Bounds($"{at}.count", count, problems),
                        ExpectReader.Patterns($"{at}.matches", matches, problems),
                        ExpectReader.Patterns($"{at}.text_not", not, problems)
                    );
                }),
        ];

    // What is no object is the pattern itself, or, for a file, whether it is there.
    private static Fields? Shaped(string at, JsonElement value, Problems problems) =>
        value.ValueKind == JsonValueKind.Object ? new Fields(at, value, problems) : null;

    private static List<(string? Key, JsonElement Value, string At)> Lines(
        Fields expect,
        Problems problems,
        string name
    )
    {
        var at = $"{expect.At}.{name}";
        var lines = new List<(string?, JsonElement, string)>();
        switch (expect.Take(name))
        {
            case null or { ValueKind: JsonValueKind.Null }:
                break;
            case { ValueKind: JsonValueKind.Array } list:
                foreach (var (index, one) in list.EnumerateArray().Index())
                {
                    if (one.ValueKind == JsonValueKind.Object)
                    {
                        lines.Add((null, one, $"{at}[{index}]"));
                    }
                    else
                    {
                        problems.Add($"{at}[{index}]", $"is {Fields.Kind(one)}, and should be an object");
                    }
                }
                break;
            case { ValueKind: JsonValueKind.Object } map
                when map.TryGetProperty("path", out _) || map.TryGetProperty("glob", out _):
                lines.Add((null, map, at));
                break;
            case { ValueKind: JsonValueKind.Object } map:
                foreach (var pair in map.EnumerateObject())
                {
                    if (
                        pair.Value.ValueKind == JsonValueKind.Array
                        && pair.Value.EnumerateArray().Any(Is(JsonValueKind.Object))
                    )
                    {
                        lines.AddRange(
                            pair.Value.EnumerateArray().Select(one => ((string?)pair.Name, one, $"{at}.{pair.Name}"))
                        );
                    }
                    else
                    {
                        lines.Add((pair.Name, pair.Value, $"{at}.{pair.Name}"));
                    }
                }
                break;
            case { } other:
                problems.Add(at, $"is {Fields.Kind(other)}, and should be a list of lines, or an object");
                break;
        }
        return lines;
    }

    private static Func<JsonElement, bool> Is(JsonValueKind kind) => value => value.ValueKind == kind;
}
