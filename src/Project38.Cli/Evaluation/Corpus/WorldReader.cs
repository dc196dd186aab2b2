using System.Globalization;
using System.Net.Mime;
using System.Text;
using System.Text.Json;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>Reads <c>world</c>: a list of entries, or an object by path.</summary>
internal static class WorldReader
{
    private static readonly string[] s_lists = ["answers", "answer", "responses", "response", "runs", "requests"];

    /// <summary>All entries.</summary>
    public static IReadOnlyList<WorldEntry> Read(string at, JsonElement? world, Problems problems)
    {
        switch (world?.ValueKind)
        {
            case null or JsonValueKind.Null:
                return [];
            case JsonValueKind.Array:
                return
                [
                    .. world
                        .Value.EnumerateArray()
                        .Select((one, index) => Entry($"{at}[{index}]", null, one, problems)),
                ];
            case JsonValueKind.Object when world.Value.TryGetProperty("entries", out var entries):
                return Read($"{at}.entries", entries, problems);
            case JsonValueKind.Object when world.Value.TryGetProperty("routes", out var routes):
                return Read($"{at}.routes", routes, problems);
            case JsonValueKind.Object:
                return
                [
                    .. world
                        .Value.EnumerateObject()
                        .Select(one => Entry($"{at}.{one.Name}", one.Name, one.Value, problems)),
                ];
            default:
                problems.Add(
                    at,
                    $"is {Fields.Kind(world.Value)}, and should be a list of entries, or an object by path"
                );
                return [];
        }
    }

    private static WorldEntry Entry(string at, string? key, JsonElement value, Problems problems)
    {
        // By path, an entry may be its list of answers, or its one answer.
        if (key is not null && value.ValueKind is not JsonValueKind.Object)
        {
            return Made(at, key, null, [], false, Answers(at, value, problems), problems);
        }

        var fields = new Fields(at, value, problems);
        var methods = Methods(fields, problems);
        var path = key ?? fields.Required("path", "url");
        var query = Query(fields, problems);
        var by = fields.Text("by");
        if (by is not (null or "run" or "request"))
        {
            problems.Add($"{at}.by", $"is '{by}', and should be 'run' or 'request'");
        }
        IReadOnlyList<WorldAnswer> answers;
        if (fields.Take(s_lists) is { } list)
        {
            answers = Answers($"{at}.answers", list, problems);
        }
        else
        {
            answers = [Answer(fields, problems)];
        }
        fields.Done();
        return Made(at, path, methods, query, by == "request", answers, problems);
    }

    private static WorldEntry Made(
        string at,
        string path,
        IReadOnlyList<string>? methods,
        IReadOnlyList<KeyValuePair<string, string>> query,
        bool byRequest,
        IReadOnlyList<WorldAnswer> answers,
        Problems problems
    )
    {
        var parts = path.Split(' ', 2);
        if (parts.Length == 2 && parts[0].All(char.IsAsciiLetterUpper))
        {
            methods = [parts[0]];
            path = parts[1].Trim();
        }
        path = path.Replace(Brief.BasePlace, "", StringComparison.Ordinal);
        if (!path.StartsWith('/'))
        {
            problems.Add(at, $"has the path '{path}', and should have one that begins with '/'");
        }
        if (answers.Count == 0)
        {
            problems.Add(at, "has no answer");
        }
        var ask = path.IndexOf('?', StringComparison.Ordinal);
        return new WorldEntry(
            methods ?? ["GET"],
            Uri.UnescapeDataString(ask < 0 ? path : path[..ask]),
            ask < 0 ? query : [.. Worlds.QueryText.Read(path[(ask + 1)..]), .. query],
            byRequest,
            answers
        );
    }

    private static IReadOnlyList<string>? Methods(Fields fields, Problems problems) =>
        fields.Take("method", "methods") switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } one =>
            [
                .. one.GetString()!.ToUpperInvariant().Split('|', StringSplitOptions.TrimEntries),
            ],
            { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(IsText) =>
            [
                .. list.EnumerateArray().Select(one => one.GetString()!.ToUpperInvariant()),
            ],
            _ => Wrong<IReadOnlyList<string>?>(
                problems,
                $"{fields.At}.method",
                "should be a method, or a list of them"
            ),
        };

    private static IReadOnlyList<KeyValuePair<string, string>> Query(Fields fields, Problems problems) =>
        fields.Take("query", "params") switch
        {
            null or { ValueKind: JsonValueKind.Null } => [],
            { ValueKind: JsonValueKind.String } text => Worlds.QueryText.Read(text.GetString()!.TrimStart('?')),
            { ValueKind: JsonValueKind.Object } one =>
            [
                .. one.EnumerateObject().Select(pair => KeyValuePair.Create(pair.Name, pair.Value.ToString())),
            ],
            _ => Wrong<IReadOnlyList<KeyValuePair<string, string>>>(
                problems,
                $"{fields.At}.query",
                "should be an object of parameters, or a text as in an address"
            ) ?? [],
        };

    private static IReadOnlyList<WorldAnswer> Answers(string at, JsonElement value, Problems problems)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            return [.. value.EnumerateArray().Select((one, index) => Answer($"{at}[{index}]", one, problems))];
        }
        if (value.ValueKind != JsonValueKind.Object || !value.EnumerateObject().Any(IsNumbered))
        {
            return [Answer(at, value, problems)];
        }

        // By number: what is not said is as it was before.
        var byNumber = new SortedDictionary<int, WorldAnswer>();
        foreach (var property in value.EnumerateObject())
        {
            if (!int.TryParse(property.Name, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 1000)
            {
                problems.Add($"{at}.{property.Name}", "should be a number from 1 to 1000, as the others are");
                continue;
            }
            byNumber[number] = Answer($"{at}.{property.Name}", property.Value, problems);
        }
        if (byNumber.Count == 0 || !byNumber.ContainsKey(1))
        {
            problems.Add(at, "says nothing for 1, the first");
            return [.. byNumber.Values];
        }
        var answers = new List<WorldAnswer>();
        for (var number = 1; number <= byNumber.Keys.Max(); number++)
        {
            answers.Add(byNumber.TryGetValue(number, out var said) ? said : answers[^1]);
        }
        return answers;
    }

    private static bool IsNumbered(JsonProperty property) => int.TryParse(property.Name, out _);

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String;

    private static WorldAnswer Answer(string at, JsonElement value, Problems problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return Plain(200, value.GetString()!, null);
            case JsonValueKind.Number when value.TryGetInt32(out var status):
                return Plain(status, "", null);
            default:
                var fields = new Fields(at, value, problems);
                var answer = Answer(fields, problems);
                fields.Done();
                return answer;
        }
    }

    private static WorldAnswer Answer(Fields fields, Problems problems)
    {
        var status = fields.Number(0, 599, "status", "code") ?? 200;
        if (status is > 0 and < 200)
        {
            problems.Add($"{fields.At}.status", $"is {status}, and should be 0, or 200 to 599");
        }
        var type = fields.Text("type", "content_type", "mime");
        var (text, bytes, json) = Body(fields, problems);
        var delay = fields.Number(0, 60, "delay", "delay_seconds") ?? 0;
        var headers = new List<KeyValuePair<string, string>>();
        if (fields.Take("headers") is { } given)
        {
            if (given.ValueKind != JsonValueKind.Object)
            {
                problems.Add($"{fields.At}.headers", $"is {Fields.Kind(given)}, and should be an object of texts");
            }
            else
            {
                headers.AddRange(
                    given.EnumerateObject().Select(one => KeyValuePair.Create(one.Name, one.Value.ToString()))
                );
            }
        }
        foreach (var tag in (string[])["etag", "location"])
        {
            if (fields.Text(tag) is { } value)
            {
                headers.Add(KeyValuePair.Create(tag == "etag" ? "ETag" : "Location", value));
            }
        }
        type ??= headers.Find(one => one.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        headers.RemoveAll(one => one.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase));
        type ??= json ? "application/json" : TypeOf(text);
        headers.Insert(0, KeyValuePair.Create("Content-Type", type));
        return new WorldAnswer(
            status,
            headers,
            text,
            bytes,
            Charset($"{fields.At}.type", type, problems),
            TimeSpan.FromSeconds(delay)
        );
    }

    private static (string? Text, byte[] Bytes, bool Json) Body(Fields fields, Problems problems)
    {
        if (fields.Take("json") is { } json)
        {
            return (json.GetRawText(), [], true);
        }
        if (fields.Text("base64", "body_base64") is { } packed)
        {
            return (null, Base64($"{fields.At}.base64", packed, problems), false);
        }
        return fields.Take("body", "text", "content") switch
        {
            null or { ValueKind: JsonValueKind.Null } => ("", [], false),
            { ValueKind: JsonValueKind.String } text => (text.GetString()!, [], false),
            { } value => (value.GetRawText(), [], true),
        };
    }

    /// <summary>Bytes of a text in base64.</summary>
    public static byte[] Base64(string at, string packed, Problems problems)
    {
        try
        {
            return Convert.FromBase64String(packed);
        }
        catch (FormatException)
        {
            problems.Add(at, "is no base64");
            return [];
        }
    }

    private static WorldAnswer Plain(int status, string text, string? type) =>
        new(
            status,
            [KeyValuePair.Create("Content-Type", type ?? TypeOf(text))],
            text,
            [],
            Encoding.UTF8,
            TimeSpan.Zero
        );

    private static string TypeOf(string? text)
    {
        var start = text?.TrimStart() ?? "";
        return start.StartsWith('{') || start.StartsWith('[') ? "application/json"
            : start.StartsWith("<?xml", StringComparison.Ordinal) ? "application/xml; charset=utf-8"
            : start.StartsWith('<') ? "text/html; charset=utf-8"
            : "text/plain; charset=utf-8";
    }

    private static Encoding Charset(string at, string type, Problems problems)
    {
        try
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return new ContentType(type).CharSet is { Length: > 0 } name
                ? Encoding.GetEncoding(name) is UTF8Encoding
                    ? new UTF8Encoding(false)
                    : Encoding.GetEncoding(name)
                : new UTF8Encoding(false);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            problems.Add(at, $"is '{type}', which is no media type with a charset that is known here");
            return new UTF8Encoding(false);
        }
    }

    private static T? Wrong<T>(Problems problems, string at, string what)
    {
        problems.Add(at, what);
        return default;
    }
}
