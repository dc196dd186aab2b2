using System.Globalization;
using System.Text.Json;
using Project38.Core.Budgets;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>One thing that is wrong with what was given for an agent.</summary>
/// <param name="Field">Which: <c>name</c>, or <c>config.timeout</c>.</param>
/// <param name="Message">What is wrong, why, and what to write; a whole sentence that names the field.</param>
public sealed record FieldError(string Field, string Message)
{
    /// <summary>The message.</summary>
    public override string ToString() => Message;
}

/// <summary>Reads the reserved keys of one config, collecting everything that is wrong.</summary>
internal sealed class AgentConfigReader
{
    private const int MaxTools = 100;
    private const int MaxAfter = 10;
    private const int MaxBudget = 1_000_000;

    // Reserved so that no agent takes them for itself, and refused because a promise that nothing keeps is a lie.
    private static readonly IReadOnlyList<string> NotYet = ["channels"];

    private readonly JsonElement _config;
    private readonly List<FieldError> _errors = [];

    private AgentConfigReader(JsonElement config) => _config = config;

    /// <summary>Reads.</summary>
    public static AgentConfig? Read(JsonElement config, DateTimeOffset now, out IReadOnlyList<FieldError> errors)
    {
        var reader = new AgentConfigReader(config);
        var read = reader.Read(now);
        errors = reader._errors;
        return errors.Count == 0 ? read : null;
    }

    private AgentConfig Read(DateTimeOffset now)
    {
        var defaults = new AgentConfig();
        foreach (var key in NotYet.Where(key => Find(key) is not null))
        {
            Wrong(key, $"'{key}' is reserved for the platform, which does not read it yet. Leave it out.");
        }
        return new AgentConfig
        {
            Schedule = new ScheduleKeys(this).Read(now),
            Timeout = Seconds("timeout", defaults.Timeout, 1, 86_400),
            MaxRetries = Whole("max_retries", defaults.MaxRetries, 0, 20),
            RetryBackoff = Seconds("retry_backoff", defaults.RetryBackoff, 0, 86_400),
            MemoryMb = Whole("memory_mb", defaults.MemoryMb, 32, 4_096),
            CpuPercent = Whole("cpu_percent", defaults.CpuPercent, 1, 100),
            Python = ReadPython(),
            Misfire = OneOf("misfire", defaults.Misfire),
            CatchUp = Find("catch_up") is null ? null : Seconds("catch_up", TimeSpan.Zero, 0, 31_536_000),
            Overlap = OneOf("overlap", defaults.Overlap),
            Priority = Whole("priority", defaults.Priority, -100, 100),
            Labels = ReadLabels(),
            Concurrency = ReadConcurrency(),
            Jitter = Seconds("jitter", defaults.Jitter, 0, 3_600),
            After = ReadAfter(),
            PauseAfter = Whole("pause_after", defaults.PauseAfter, 0, 100),
            Record = Flag("record", defaults.Record),
            Budget = ReadBudget(),
            ToolRules = new ToolRuleReader(this).Read(),
            Tools = Texts("tools", MaxTools, "tool names, such as [\"http.request\"]"),
        };
    }

    private TimeSpan Seconds(string key, TimeSpan otherwise, int least, int most)
    {
        if (Find(key) is not { } value)
        {
            return otherwise;
        }
        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number)
            && number >= least
            && number <= most
        )
        {
            return TimeSpan.FromSeconds(number);
        }
        Wrong(key, $"'{key}' is {Shown(value)}. Write a number of seconds from {least} to {most}.");
        return otherwise;
    }

    private bool Flag(string key, bool otherwise)
    {
        if (Find(key) is not { } value)
        {
            return otherwise;
        }
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }
        Wrong(key, $"'{key}' is {Shown(value)}. Write true or false.");
        return otherwise;
    }

    private int Whole(string key, int otherwise, int least, int most)
    {
        if (Find(key) is not { } value)
        {
            return otherwise;
        }
        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var number)
            && number >= least
            && number <= most
        )
        {
            return number;
        }
        Wrong(key, $"'{key}' is {Shown(value)}. Write a whole number from {least} to {most}.");
        return otherwise;
    }

    private TEnum OneOf<TEnum>(string key, TEnum otherwise)
        where TEnum : struct, Enum
    {
        if (Find(key) is not { } value)
        {
            return otherwise;
        }
        if (value.ValueKind == JsonValueKind.String && SnakeCase.TryParse<TEnum>(value.GetString()!) is { } known)
        {
            return known;
        }
        var names = string.Join(", ", SnakeCase.Names<TEnum>().Select(name => $"\"{name}\""));
        Wrong(key, $"'{key}' is {Shown(value)}. Write one of {names}.");
        return otherwise;
    }

    /// <summary>A text; null where it is missing, or none, and then it is noted what to write.</summary>
    public string? Text(string key, string what)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }
        Wrong(key, $"'{key}' is {Shown(value)}. Write {what}.");
        return null;
    }

    private string? ReadPython()
    {
        const string What = $"the name of a Python image, {PythonName.Form}, as 'p38 python list' shows them";
        var name = Text("python", What);
        if (name is not null && !PythonName.IsOne(name))
        {
            Wrong("python", $"'python' is {Shown(Find("python")!.Value)}. Write {What}.");
        }
        return name;
    }

    private IReadOnlyList<long> ReadAfter()
    {
        if (Find("after") is not { } value)
        {
            return [];
        }
        IReadOnlyList<JsonElement> given =
            value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        var ids = given
            .Select(one => one.ValueKind == JsonValueKind.Number && one.TryGetInt64(out var id) ? id : 0)
            .Distinct()
            .ToList();
        if (given.Count is > 0 and <= MaxAfter && ids.TrueForAll(id => id > 0))
        {
            return ids;
        }
        Wrong(
            "after",
            $"'after' is {Shown(value)}. Write the number of the agent that is to succeed first, such as 3, or a list of at "
                + $"most {MaxAfter}."
        );
        return [];
    }

    /// <summary>A list of texts; null where it is missing, or none, and then it is noted what to write.</summary>
    public IReadOnlyList<string>? Texts(string key, int most, string what)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }
        if (
            value.ValueKind == JsonValueKind.Array
            && value.GetArrayLength() <= most
            && value.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String)
        )
        {
            return [.. value.EnumerateArray().Select(text => text.GetString()!)];
        }
        Wrong(key, $"'{key}' is {Shown(value)}. Write a list of at most {most} {what}.");
        return null;
    }

    private IReadOnlyList<string> ReadLabels()
    {
        if (Find("labels") is not { } value)
        {
            return [];
        }
        if (
            value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(label => label.ValueKind == JsonValueKind.String)
        )
        {
            string[] labels = [.. value.EnumerateArray().Select(label => label.GetString()!).Distinct().Order()];
            if (labels.Length <= WorkerLabels.Most && labels.All(WorkerLabels.IsOne))
            {
                return labels;
            }
        }
        Wrong(
            "labels",
            $"'labels' is {Shown(value)}. Write a list of at most {WorkerLabels.Most} labels of workers, "
                + $"{WorkerLabels.Form}, such as [\"gpu\"]."
        );
        return [];
    }

    private Concurrency? ReadConcurrency()
    {
        if (Find("concurrency") is not { } value)
        {
            return null;
        }
        if (
            value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().All(part => part.Name is "key" or "limit")
            && value.TryGetProperty("key", out var key)
            && key.ValueKind == JsonValueKind.String
            && key.GetString() is { Length: > 0 and <= Concurrency.MaxKey } name
            && value.TryGetProperty("limit", out var limit)
            && limit.ValueKind == JsonValueKind.Number
            && limit.TryGetInt32(out var most)
            && most is >= 1 and <= Concurrency.MaxLimit
        )
        {
            return new Concurrency(name, most);
        }
        Wrong(
            "concurrency",
            $"'concurrency' is {Shown(value)}. Write a key of at most {Concurrency.MaxKey} characters, and how many runs "
                + $"may have it at a time, 1 to {Concurrency.MaxLimit}: {{\"key\": \"openai-api\", \"limit\": 2}}."
        );
        return null;
    }

    private AgentBudget ReadBudget()
    {
        if (Find("budget") is not { } value)
        {
            return AgentBudget.Default;
        }
        if (Amount(value) is { } month)
        {
            return new AgentBudget(PerRun: null, PerDay: null, month);
        }
        if (
            value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().Any()
            && value
                .EnumerateObject()
                .All(part => part.Name is "per_run" or "per_day" or "per_month" && Amount(part.Value) is not null)
        )
        {
            // Whoever limits a run or a day alone has not asked for a month without end.
            return new AgentBudget(Part("per_run"), Part("per_day"), Part("per_month") ?? AgentBudget.Default.PerMonth);
        }
        Wrong(
            "budget",
            $"'budget' is {Shown(value)}. Write how many USD a month, 0 to {MaxBudget}, such as 2.5, or limits of your choice: "
                + "{\"per_run\": 0.1, \"per_day\": 0.5, \"per_month\": 5}."
        );
        return AgentBudget.Default;

        decimal? Part(string name) => value.TryGetProperty(name, out var part) ? Amount(part) : null;
    }

    private static decimal? Amount(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number
        && value.TryGetDecimal(out var amount)
        && amount is >= 0 and <= MaxBudget
            ? amount
            : null;

    /// <summary>The value of a key; null where it is missing or JSON null.</summary>
    public JsonElement? Find(string key) =>
        _config.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Notes what is wrong with a key.</summary>
    public void Wrong(string key, string message) => _errors.Add(new FieldError("config." + key, message));

    /// <summary>A value, cut.</summary>
    public static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 40 ? text : string.Create(CultureInfo.InvariantCulture, $"{text[..40]}…");
    }
}
