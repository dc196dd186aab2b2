using System.Text.Json;
using Project38.Cli.Evaluation.Judging;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>Reads <c>expect</c>: by key with a value for each run, or by run with all keys of one.</summary>
internal static class ExpectReader
{
    private static readonly string[] s_statuses =
    [
        "completed",
        "failed",
        "timeout",
        "cancelled",
        "skipped",
        "missed",
        "pending",
        "running",
        "waiting",
    ];

    /// <summary>What must come of a brief.</summary>
    public static Expectation Read(string at, JsonElement value, int runs, bool refusal, Problems problems)
    {
        if (value.ValueKind == JsonValueKind.String && IsRefusal(value.GetString()!))
        {
            return Nothing(refused: true);
        }
        if (value.ValueKind == JsonValueKind.Null && refusal)
        {
            return Nothing(refused: true);
        }
        var fields = new Fields(at, value, problems);
        var refused = Flag(fields, problems) || refusal;
        var byRun = fields.Take("runs", "by_run") is { } list
            ? PerRun.Read($"{at}.runs", list, runs, _ => false, problems)
            : new JsonElement?[runs];
        var counts = Each(fields, runs, One, problems, "notifications", "messages");
        bool ForAll(JsonElement value) => IsPatterns(value) && !IsByRun(value, counts);
        var matches = Each(fields, runs, ForAll, problems, "text_matches", "matches", "text");
        var not = Each(fields, runs, ForAll, problems, "text_not", "not");
        var status = Each(fields, runs, value => value.ValueKind == JsonValueKind.String, problems, "status");
        if (fields.Take("text_matches", "matches", "text") is { } said && ForAll(said))
        {
            // Texts said for all runs are for those that speak: no text is found in nothing.
            matches = [.. matches.Select((one, index) => IsSilent(counts[index]) ? null : one)];
        }
        var each = Enumerable
            .Range(0, runs)
            .Select(index =>
            {
                var whole = byRun[index] is { ValueKind: not JsonValueKind.Null } one
                    ? new Fields($"{at}.runs[{index}]", one, problems)
                    : null;
                whole?.Take("run", "n");
                var run = Run(
                    $"{at} (run {index + 1})",
                    whole?.Take("notifications", "messages", "count") ?? counts[index],
                    whole?.Take("text_matches", "matches", "text") ?? matches[index],
                    whole?.Take("text_not", "not") ?? not[index],
                    whole?.Take("status") ?? status[index],
                    problems
                );
                whole?.Done();
                return run;
            })
            .ToList();
        var read = new Expectation
        {
            Refused = refused,
            Runs = each,
            Files = LineReader.Files(fields, problems),
            Posts = LineReader.Posts(fields, problems),
            Schedule = ScheduleReader.Read(fields, problems),
        };
        fields.Done();
        return read;
    }

    /// <summary>Whether a word says that a brief is to be refused.</summary>
    public static bool IsRefusal(string word) =>
        word.ToLowerInvariant() is "refuse" or "refused" or "refusal" or "refusing" or "unsupported" or "impossible";

    /// <summary>One pattern, or a list of them.</summary>
    public static IReadOnlyList<Pattern> Patterns(string at, JsonElement? value, Problems problems)
    {
        switch (value?.ValueKind)
        {
            case null or JsonValueKind.Null:
                return [];
            case JsonValueKind.String:
                var pattern = Pattern.Parse(value.Value.GetString()!, out var wrong);
                if (pattern is null)
                {
                    problems.Add(at, $"is '{value.Value.GetString()}': {wrong}");
                    return [];
                }
                return [pattern];
            case JsonValueKind.Array:
                return [.. value.Value.EnumerateArray().SelectMany(one => Patterns(at, one, problems))];
            default:
                problems.Add(
                    at,
                    $"is {Fields.Kind(value.Value)}, and should be a regular expression, or a list of them"
                );
                return [];
        }
    }

    /// <summary>A number, or the least and most.</summary>
    public static Bounds? Bounds(string at, JsonElement? value, Problems problems)
    {
        switch (value?.ValueKind)
        {
            case null or JsonValueKind.Null:
                return null;
            case JsonValueKind.Number when value.Value.TryGetInt32(out var exact) && exact >= 0:
                return new Bounds(exact, exact);
            case JsonValueKind.Object:
                var fields = new Fields(at, value.Value, problems);
                var bounds = Between(fields, problems);
                fields.Done();
                return bounds ?? new Bounds(0, null);
            default:
                problems.Add(
                    at,
                    $"is {value.Value.GetRawText()}, and should be a number, or {{\"min\": …, \"max\": …}}"
                );
                return null;
        }
    }

    // Null: neither end is said.
    private static Bounds? Between(Fields fields, Problems problems)
    {
        var (least, most) = (fields.Number(0, 100_000, "min"), fields.Number(0, 100_000, "max"));
        if (least > most)
        {
            problems.Add(fields.At, $"has a min of {least} above its max of {most}");
        }
        return (least ?? most) is null ? null : new Bounds(least ?? 0, most);
    }

    private static Expectation Nothing(bool refused) =>
        new()
        {
            Refused = refused,
            Runs = [],
            Files = [],
            Posts = [],
            Schedule = null,
        };

    private static bool Flag(Fields fields, Problems problems)
    {
        var said = fields.Take("refused", "refusal");
        if (fields.Text("outcome", "result") is { } outcome)
        {
            return IsRefusal(outcome);
        }
        if (said is null or { ValueKind: JsonValueKind.False or JsonValueKind.Null })
        {
            return false;
        }
        if (said is not { ValueKind: JsonValueKind.True })
        {
            problems.Add($"{fields.At}.refused", $"is {said.Value.GetRawText()}, and should be true or false");
        }
        return true;
    }

    private static IReadOnlyList<JsonElement?> Each(
        Fields fields,
        int runs,
        Func<JsonElement, bool> isOne,
        Problems problems,
        params ReadOnlySpan<string> names
    ) =>
        fields.Take(names) is { } value
            ? PerRun.Read($"{fields.At}.{names[0]}", value, runs, isOne, problems)
            : new JsonElement?[runs];

    // One number or {min, max} for all; an entry of a list may say all of its run.
    private static bool One(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number
        || (
            value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(pair => pair.Name is "min" or "max")
        );

    private static bool IsPatterns(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        || (
            value.ValueKind == JsonValueKind.Array
            && value.GetArrayLength() > 0
            && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
        );

    // As many texts as runs are one for each, unless that would ask a silent run for a text.
    private static bool IsByRun(JsonElement value, IReadOnlyList<JsonElement?> counts) =>
        value.ValueKind == JsonValueKind.Array
        && counts.Count > 1
        && value.GetArrayLength() == counts.Count
        && !value.EnumerateArray().Zip(counts).Any(pair => pair.First.GetString() is not "" && IsSilent(pair.Second));

    private static bool IsSilent(JsonElement? count) =>
        count is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value == 0;

    private static RunExpectation Run(
        string at,
        JsonElement? notifications,
        JsonElement? matches,
        JsonElement? not,
        JsonElement? status,
        Problems problems
    )
    {
        Bounds? bounds = null;
        if (notifications is { ValueKind: JsonValueKind.Object } whole && !One(whole))
        {
            var fields = new Fields($"{at}.notifications", whole, problems);
            matches = fields.Take("text_matches", "matches", "text") ?? matches;
            not = fields.Take("text_not", "not") ?? not;
            fields.Take("run", "n");
            notifications = fields.Take("count", "number");
            bounds = Between(fields, problems);
            fields.Done();
        }
        var patterns = Patterns($"{at}.text_matches", matches, problems);
        bounds =
            Bounds($"{at}.notifications", notifications, problems)
            ?? bounds
            ?? (patterns.Count > 0 ? Corpus.Bounds.Some : new Bounds(0, null));
        if (bounds.Most == 0 && patterns.Count > 0)
        {
            problems.Add($"{at}.text_matches", "asks for a text of a run that must be silent");
        }
        return new RunExpectation(
            bounds,
            patterns,
            Patterns($"{at}.text_not", not, problems),
            Status($"{at}.status", status, problems)
        );
    }

    private static IReadOnlyList<string> Status(string at, JsonElement? value, Problems problems)
    {
        if (value is null or { ValueKind: JsonValueKind.Null })
        {
            return ["completed"];
        }
        if (value.Value.ValueKind != JsonValueKind.String)
        {
            problems.Add(
                at,
                $"is {Fields.Kind(value.Value)}, and should be a status, or several as in 'failed|completed'"
            );
            return ["completed"];
        }
        var all = value.Value.GetString()!.Split('|', StringSplitOptions.TrimEntries);
        foreach (var one in all.Where(one => !s_statuses.Contains(one)))
        {
            problems.Add(at, $"is '{one}', and should be one of {string.Join(", ", s_statuses)}");
        }
        return all;
    }
}
