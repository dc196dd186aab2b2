using System.Globalization;
using System.Text.Json;
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

    // Reserved so that no agent takes them for itself, and refused because a promise that nothing keeps is a lie.
    private static readonly IReadOnlyList<string> NotYet =
    [
        "not_before",
        "not_after",
        "skip_dates",
        "jitter",
        "priority",
        "concurrency",
        "python",
        "channels",
        "budget",
    ];

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
            Schedule = ReadSchedule(now),
            Timeout = Seconds("timeout", defaults.Timeout, 1, 86_400),
            MaxRetries = Whole("max_retries", defaults.MaxRetries, 0, 20),
            RetryBackoff = Seconds("retry_backoff", defaults.RetryBackoff, 0, 86_400),
            MemoryMb = Whole("memory_mb", defaults.MemoryMb, 32, 4_096),
            CpuPercent = Whole("cpu_percent", defaults.CpuPercent, 1, 100),
            Misfire = OneOf("misfire", defaults.Misfire),
            Overlap = OneOf("overlap", defaults.Overlap),
            After = ReadAfter(),
            PauseAfter = Whole("pause_after", defaults.PauseAfter, 0, 100),
            Tools = ReadTools(),
        };
    }

    private Schedule? ReadSchedule(DateTimeOffset now)
    {
        var zone = Text("timezone", "an IANA name such as \"Asia/Jerusalem\"") ?? "UTC";
        var cron = Text("schedule", "a cron expression such as \"0 8 * * *\", every day at 8");
        if (cron is null)
        {
            // A zone alone does nothing, but one that is wrong would be found only when a schedule is added.
            if (!Schedule.IsZone(zone))
            {
                Wrong("timezone", $"'timezone' {Schedule.UnknownZone(zone)}");
            }
            return null;
        }

        var schedule = Schedule.TryParse(cron, zone, now, out var error);
        if (schedule is null)
        {
            var key = Schedule.IsZone(zone) ? "schedule" : "timezone";
            Wrong(key, $"'{key}' {error}");
        }
        return schedule;
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

    private string? Text(string key, string what)
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

    private IReadOnlyList<string>? ReadTools()
    {
        if (Find("tools") is not { } value)
        {
            return null;
        }
        if (
            value.ValueKind == JsonValueKind.Array
            && value.GetArrayLength() <= MaxTools
            && value.EnumerateArray().All(tool => tool.ValueKind == JsonValueKind.String)
        )
        {
            return [.. value.EnumerateArray().Select(tool => tool.GetString()!)];
        }
        Wrong(
            "tools",
            $"'tools' is {Shown(value)}. Write a list of at most {MaxTools} tool names, such as [\"http.request\"]."
        );
        return null;
    }

    /// <summary>The value of a key; null where it is missing or JSON null.</summary>
    private JsonElement? Find(string key) =>
        _config.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private void Wrong(string key, string message) => _errors.Add(new FieldError("config." + key, message));

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 40 ? text : string.Create(CultureInfo.InvariantCulture, $"{text[..40]}…");
    }
}
