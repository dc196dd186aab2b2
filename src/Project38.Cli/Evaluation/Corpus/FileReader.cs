using System.Text;
using System.Text.Json;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>Reads <c>files</c> and <c>between</c>: what the workspace holds before each run.</summary>
internal static class FileReader
{
    // As the workspace has it, or a brief would fail on its run only.
    private const int MostNameBytes = 255;

    /// <summary>Changes: an object by path, or a list. A null content takes the file away.</summary>
    public static IReadOnlyList<FileChange> Read(string at, JsonElement value, Problems problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return [];
            case JsonValueKind.Object:
                return
                [
                    .. value.EnumerateObject().Select(one => Change($"{at}.{one.Name}", one.Name, one.Value, problems)),
                ];
            case JsonValueKind.Array:
                return
                [
                    .. value
                        .EnumerateArray()
                        .Select(
                            (one, index) =>
                            {
                                var fields = new Fields($"{at}[{index}]", one, problems);
                                var path = fields.Required("path", "name", "file");
                                var change = Content(fields, path, problems);
                                fields.Done();
                                return change;
                            }
                        ),
                ];
            default:
                problems.Add(at, $"is {Fields.Kind(value)}, and should be an object by path");
                return [];
        }
    }

    /// <summary>Puts what changes between runs to the run before which it changes.</summary>
    /// <param name="at">File and key.</param>
    /// <param name="value">By run, as a list, or within <c>files</c>.</param>
    /// <param name="all">The first is before run 1.</param>
    /// <param name="problems">What is wrong is added here.</param>
    public static void Between(string at, JsonElement value, List<FileChange>[] all, Problems problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                break;
            case JsonValueKind.Array:
                List(at, value, all, problems);
                break;
            case JsonValueKind.Object when value.EnumerateObject().All(one => one.Name == "files"):
                Between($"{at}.files", value.GetProperty("files"), all, problems);
                break;
            case JsonValueKind.Object:
                foreach (var one in value.EnumerateObject())
                {
                    if (PerRun.Number(one.Name, all.Length) is { } run)
                    {
                        all[run - 1].AddRange(Step($"{at}.{one.Name}", one.Value, problems));
                    }
                    else
                    {
                        problems.Add(
                            $"{at}.{one.Name}",
                            $"is no run; say before which of the runs 2 to {all.Length} it is"
                        );
                    }
                }
                break;
            default:
                problems.Add(at, $"is {Fields.Kind(value)}, and should be an object by the run that comes after it");
                break;
        }
    }

    private static void List(string at, JsonElement value, List<FileChange>[] all, Problems problems)
    {
        // One for each run is before that run; one fewer is between run and run.
        var first = value.GetArrayLength() == all.Length ? 0 : 1;
        foreach (var (index, one) in value.EnumerateArray().Index())
        {
            var place = $"{at}[{index}]";
            var run = first + index;
            if (one.ValueKind == JsonValueKind.Object && Said(place, one, all.Length, problems) is { } said)
            {
                run = said;
            }
            if (run < 0 || run >= all.Length)
            {
                problems.Add(place, $"is before no run; there are {all.Length}");
                continue;
            }
            all[run].AddRange(Step(place, one, problems));
        }
    }

    private static int? Said(string at, JsonElement step, int runs, Problems problems)
    {
        foreach (var name in (string[])["before", "before_run", "run", "after", "after_run"])
        {
            if (step.TryGetProperty(name, out var value) && step.TryGetProperty("files", out _))
            {
                if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
                {
                    return name.StartsWith("after", StringComparison.Ordinal) ? number : number - 1;
                }
                problems.Add($"{at}.{name}", $"should be a number from 1 to {runs}");
            }
        }
        return null;
    }

    private static IReadOnlyList<FileChange> Step(string at, JsonElement value, Problems problems)
    {
        if (
            value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("files", out var files)
            || files.ValueKind == JsonValueKind.String
        )
        {
            return Read(at, value, problems);
        }
        var fields = new Fields(at, value, problems);
        fields.Take("files");
        fields.Take("before");
        fields.Take("before_run");
        fields.Take("run");
        fields.Take("after");
        fields.Take("after_run");
        fields.Done();
        return Read($"{at}.files", files, problems);
    }

    private static FileChange Change(string at, string path, JsonElement value, Problems problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return Checked(at, new FileChange(path, null, null), problems);
            case JsonValueKind.String:
                return Checked(at, new FileChange(path, value.GetString(), null), problems);
            default:
                var fields = new Fields(at, value, problems);
                var change = Content(fields, path, problems);
                fields.Done();
                return change;
        }
    }

    private static FileChange Content(Fields fields, string path, Problems problems)
    {
        if (fields.Text("base64") is { } packed)
        {
            return Checked(
                fields.At,
                new FileChange(path, null, WorldReader.Base64($"{fields.At}.base64", packed, problems)),
                problems
            );
        }
        if (fields.Take("json") is { } json)
        {
            return Checked(fields.At, new FileChange(path, json.GetRawText(), null), problems);
        }
        if (!fields.Has("text", "content", "body"))
        {
            problems.Add(
                fields.At,
                "has no content: give a text, {\"base64\": …}, {\"json\": …}, or null to take it away"
            );
        }
        var text = fields.Text("text", "content", "body");
        if (fields.Text("encoding", "charset") is not { } name || text is null)
        {
            return Checked(fields.At, new FileChange(path, text, null), problems);
        }
        try
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return Checked(fields.At, new FileChange(path, null, Encoding.GetEncoding(name).GetBytes(text)), problems);
        }
        catch (ArgumentException)
        {
            problems.Add($"{fields.At}.encoding", $"is '{name}', which is not known here");
            return new FileChange(path, text, null);
        }
    }

    private static FileChange Checked(string at, FileChange change, Problems problems)
    {
        var parts = change.Path.Split('/');
        if (parts.Any(part => part is "" or "." or ".."))
        {
            problems.Add(at, $"is '{change.Path}', and should be a path within the workspace");
        }
        else if (change.Path.Any(char.IsControl) || parts.Any(part => Encoding.UTF8.GetByteCount(part) > MostNameBytes))
        {
            problems.Add(
                at,
                $"is no name that a file can have: it should be without control characters, and each part of at most "
                    + $"{MostNameBytes} bytes"
            );
        }
        return change;
    }
}
