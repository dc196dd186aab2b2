using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Project38.Cli.Output;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>Reads one brief's file. Whatever is not understood is a problem with its key, never passed over.</summary>
internal static partial class BriefReader
{
    private const int MostRuns = 100;
    private const int MostShown = 60;

    /// <summary>A brief; with problems it is not to be used.</summary>
    public static Brief? Read(string file, string json, Problems problems)
    {
        if (BriefJson.Parse(file, json, problems) is not { } root)
        {
            return null;
        }

        var fields = new Fields(file, root, problems);
        var id = Id(fields, problems);
        var language = fields.Required("lang");
        var kind = fields.Text("kind") ?? "";
        var text = fields.Required("brief");
        fields.Take("why");
        var refusal = ExpectReader.IsRefusal(kind);
        var number = Runs(fields, refusal, problems);
        var runs = number ?? 0;
        var world = WorldReader.Read($"{file}: world", fields.Take("world"), problems);

        // Without the number of runs, all that is said by runs would be wrong as well, and nothing of it the fault.
        var byRun = number is null ? new Problems() : problems;
        var files = Files(fields, runs, byRun);
        var clock = Clock(fields, runs, byRun);
        var expect = fields.Take("expect");
        if (expect is null)
        {
            problems.Add($"{file}.expect", "is missing, and should say what must come of the brief");
        }
        var expected = ExpectReader.Read(
            $"{file}: expect",
            expect ?? JsonElement.Parse("{}"),
            runs,
            refusal || runs == 0,
            byRun
        );
        byRun.EndLists(file, runs);
        fields.Done();
        return new Brief
        {
            File = file,
            Id = id,
            Language = language,
            Kind = kind,
            Text = text,
            Runs = runs,
            World = world,
            Files = files,
            Clock = clock,
            Expect = expected,
        };
    }

    private static string Id(Fields fields, Problems problems)
    {
        var id = fields.Required("id");
        if (fields.Take("id") is { ValueKind: JsonValueKind.String } && !PlainName().IsMatch(id))
        {
            problems.Add(
                $"{fields.At}.id",
                $"is '{OneLine.Of(id, MostShown)}', and should be a plain name, as recordings have it in the names of their "
                    + "files: up to 80 letters, digits, '-', '_' and '.', and a letter or digit first"
            );
        }
        return id;
    }

    /// <summary>Null: it is not said, or wrongly.</summary>
    private static int? Runs(Fields fields, bool refusal, Problems problems)
    {
        // A list of runs is as good as their number.
        if (fields.Take("runs") is { ValueKind: JsonValueKind.Array } list)
        {
            return list.GetArrayLength();
        }
        if (fields.Has("runs"))
        {
            return fields.Number(0, MostRuns, "runs");
        }
        if (refusal)
        {
            return 0;
        }
        problems.Add($"{fields.At}.runs", $"is missing, and should be a number up to {MostRuns}");
        return null;
    }

    private static IReadOnlyList<IReadOnlyList<FileChange>> Files(Fields fields, int runs, Problems problems)
    {
        var all = Enumerable.Range(0, Math.Max(1, runs)).Select(_ => new List<FileChange>()).ToArray();
        if (fields.Take("files") is { } first)
        {
            all[0].AddRange(FileReader.Read($"{fields.At}: files", first, problems));
        }
        if (fields.Take("between") is { } between)
        {
            FileReader.Between($"{fields.At}: between", between, all, problems);
        }
        return all;
    }

    private static IReadOnlyList<DateTimeOffset?> Clock(Fields fields, int runs, Problems problems)
    {
        var at = $"{fields.At}: clock";
        var value = fields.Take("clock");
        TimeZoneInfo? zone = null;
        if (
            value is { ValueKind: JsonValueKind.Object } whole
            && !whole.EnumerateObject().All(pair => PerRun.Number(pair.Name, Math.Max(runs, 1)) is not null)
        )
        {
            var parts = new Fields(at, whole, problems);
            if (
                parts.Text("timezone", "zone", "tz") is { } name
                && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone)
            )
            {
                problems.Add($"{at}.timezone", $"is '{name}', which is no IANA time zone known here");
            }
            value = parts.Take("runs", "moments", "times", "now");
            parts.Done();
        }
        if (value is null or { ValueKind: JsonValueKind.Null })
        {
            return new DateTimeOffset?[runs];
        }
        var each = PerRun.Read(at, value.Value, runs, one => one.ValueKind == JsonValueKind.String, problems);
        return [.. each.Select((one, index) => Moment($"{at}[{index}]", one, zone, problems))];
    }

    private static DateTimeOffset? Moment(string at, JsonElement? value, TimeZoneInfo? zone, Problems problems)
    {
        if (value is null or { ValueKind: JsonValueKind.Null })
        {
            return null;
        }
        var text = value.Value.ValueKind == JsonValueKind.String ? value.Value.GetString()! : "";
        var culture = CultureInfo.InvariantCulture;
        if (
            zone is not null
            && DateTime.TryParse(text, culture, DateTimeStyles.RoundtripKind, out var local)
            && local.Kind == DateTimeKind.Unspecified
        )
        {
            return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        }
        if (
            DateTimeOffset.TryParse(
                text,
                culture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var moment
            )
        )
        {
            return moment;
        }
        problems.Add(at, $"is {value.Value.GetRawText()}, and should be a moment as '2026-11-25T08:30:00Z', or null");
        return null;
    }

    [GeneratedRegex(
        @"^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}\z",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PlainName();
}
