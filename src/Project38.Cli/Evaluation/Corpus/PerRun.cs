using System.Text.Json;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>A value that may be said once for all runs, as a list, or by the number of the run.</summary>
internal static class PerRun
{
    /// <summary>The value of each run.</summary>
    /// <param name="at">File and key.</param>
    /// <param name="value">What the file says.</param>
    /// <param name="runs">How many.</param>
    /// <param name="isOne">Whether a value stands for one run, so that it stands for all when it is said alone.</param>
    /// <param name="problems">What is wrong is added here.</param>
    /// <returns>Null for a run of which nothing is said.</returns>
    public static IReadOnlyList<JsonElement?> Read(
        string at,
        JsonElement value,
        int runs,
        Func<JsonElement, bool> isOne,
        Problems problems
    )
    {
        var all = new JsonElement?[runs];
        if (isOne(value))
        {
            Array.Fill(all, value);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            if (value.GetArrayLength() != runs)
            {
                problems.AddList(at, value.GetArrayLength());
            }
            foreach (var (index, entry) in value.EnumerateArray().Take(runs).Index())
            {
                all[index] = entry;
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            Keyed(at, value, all, problems);
        }
        else if (value.ValueKind != JsonValueKind.Null)
        {
            problems.Add(at, $"is {Fields.Kind(value)}, and should be one value, a list by runs, or an object by run");
        }
        return all;
    }

    private static void Keyed(string at, JsonElement value, JsonElement?[] all, Problems problems)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (property.Name is "*" or "all" or "each" or "default")
            {
                for (var index = 0; index < all.Length; index++)
                {
                    all[index] ??= property.Value;
                }
            }
            else if (Number(property.Name, all.Length) is { } run)
            {
                all[run - 1] = property.Value;
            }
            else
            {
                problems.Add($"{at}.{property.Name}", $"is no run; runs are 1 to {all.Length}, or * for each");
            }
        }
    }

    /// <summary>The run that a key names: <c>2</c>, <c>run 2</c>, <c>last</c>; null: none.</summary>
    public static int? Number(string key, int runs)
    {
        var digits = key.StartsWith("run", StringComparison.Ordinal) ? key[3..].Trim(' ', '_', '-') : key;
        return key == "last" ? runs
            : int.TryParse(digits, out var run) && run >= 1 && run <= runs ? run
            : null;
    }
}
