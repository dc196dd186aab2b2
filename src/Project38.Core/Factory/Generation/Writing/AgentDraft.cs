using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Factory.Generation.Writing;

/// <summary>What a model answered, read as an agent: the agent with what is wrong about it, or the questions it has.</summary>
/// <param name="Agent">The agent, as far as it can be read.</param>
/// <param name="Problems">What of the answer cannot be used, each with what to write instead.</param>
/// <param name="Questions">What has to be known first; none: it could be written.</param>
internal sealed record AgentDraft(GeneratedAgent Agent, IReadOnlyList<string> Problems, IReadOnlyList<string> Questions)
{
    private const int MaxName = 255;
    private const int MaxListed = 100;

    /// <summary>The name of <see cref="Schema"/>.</summary>
    public const string SchemaName = "agent";

    private static readonly JsonDocumentOptions s_config = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private static readonly string[] s_texts =
    [
        "understood",
        "name",
        "code",
        "tests",
        "schedule",
        "timezone",
        "config_json",
    ];

    private static readonly string[] s_lists = ["questions", "tools", "hosts", "channels"];

    /// <summary>The schema of the answer: what was understood first, so that the program follows from it.</summary>
    public static JsonElement Schema { get; } = MakeSchema();

    /// <summary>The <see cref="GeneratedAgent.Origin"/> of what a model wrote.</summary>
    public static string OriginOf(string model) => $"model:{model}";

    /// <summary>Reads an answer. Whatever it holds, nothing is thrown.</summary>
    /// <param name="answer">An object, most likely of the schema.</param>
    /// <param name="brief">What was asked.</param>
    /// <param name="model">Who answered.</param>
    /// <param name="now">To see whether the schedule ever fires.</param>
    public static AgentDraft Read(JsonElement answer, AgentBrief brief, string model, DateTimeOffset now)
    {
        var problems = new List<string>();
        foreach (var name in s_texts.Where(name => TextOf(answer, name) is null))
        {
            problems.Add($"`{name}` is missing or no text.");
        }

        var questions = ListOf(answer, "questions");
        var code = TextOf(answer, "code") ?? "";
        var tests = TextOf(answer, "tests") ?? "";
        if (questions.Count == 0 && string.IsNullOrWhiteSpace(code))
        {
            problems.Add("`code` is empty, and nothing was asked.");
        }

        if (questions.Count == 0 && string.IsNullOrWhiteSpace(tests))
        {
            problems.Add("`tests` is empty. Every agent comes with tests.");
        }

        var config = ConfigOf(answer, problems);
        Schedule(answer, brief, now, config, problems);
        Reserved(config, now, problems);
        var agentName = LineText.Clean(brief.Name ?? TextOf(answer, "name") ?? "");
        if (agentName.Length > 0 && AgentRegister.WhyNotName(agentName) is not null)
        {
            agentName = $"Agent {agentName}";
        }

        var agent = new GeneratedAgent
        {
            Name =
                agentName.Length == 0 ? "Agent"
                : agentName.Length > MaxName ? agentName[..MaxName]
                : agentName,
            Understood = TextOf(answer, "understood") ?? "",
            Code = code,
            Tests = tests,
            Config = config,
            Origin = OriginOf(model),
            Declared = new Manifest
            {
                Tools = ListOf(answer, "tools"),
                Hosts = ListOf(answer, "hosts"),
                Channels = ListOf(answer, "channels"),
            },
        };
        return new AgentDraft(agent, problems, questions);
    }

    /// <summary>Whether another answer has the same program and all that goes with it; how it is told does not count.</summary>
    /// <param name="other">Null: there is none.</param>
    public bool IsLike(AgentDraft? other) =>
        other is not null
        && (Agent.Code, Agent.Tests) == (other.Agent.Code, other.Agent.Tests)
        && JsonNode.DeepEquals(Agent.Config, other.Agent.Config)
        && Problems.SequenceEqual(other.Problems)
        && Declared.SequenceEqual(other.Declared);

    private IEnumerable<string> Declared =>
        Agent.Declared is { } declared ? [.. declared.Tools, "", .. declared.Hosts, "", .. declared.Channels] : [];

    private static JsonObject ConfigOf(JsonElement answer, List<string> problems)
    {
        try
        {
            if (JsonNode.Parse(TextOf(answer, "config_json") ?? "{}", documentOptions: s_config) is JsonObject config)
            {
                return config;
            }

            problems.Add("`config_json` is no JSON object.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            problems.Add($"`config_json` is no JSON object: {exception.Message}");
        }

        return [];
    }

    private static void Schedule(
        JsonElement answer,
        AgentBrief brief,
        DateTimeOffset now,
        JsonObject config,
        List<string> problems
    )
    {
        var cron = TextOf(answer, "schedule")?.Trim() ?? "";
        var zone = TextOf(answer, "timezone")?.Trim() is { Length: > 0 } named ? named : brief.TimeZone;
        config.Remove("schedule");
        config["timezone"] = zone;
        if (cron.Length == 0)
        {
            return;
        }

        if (Project38.Core.Agents.Schedule.TryParse(cron, zone, now, out var error) is null)
        {
            problems.Add($"`schedule` or `timezone`: {error}");
            config.Remove("timezone");
            return;
        }

        config["schedule"] = cron;
    }

    /// <summary>Takes out what the platform would refuse, so that the program can be kept at least.</summary>
    private static void Reserved(JsonObject config, DateTimeOffset now, List<string> problems)
    {
        if (config.Remove("budget"))
        {
            problems.Add("`config_json`: 'budget' is for a person to set. Leave it out.");
        }

        _ = AgentConfig.Read(config.ToJsonString(), now, out var errors);
        foreach (var error in errors)
        {
            problems.Add($"`config_json`: {error.Message}");
            if (error.Field.Split('.') is ["config", var key])
            {
                config.Remove(key);
            }
            else
            {
                config.Clear();
            }
        }
    }

    private static string? TextOf(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static IReadOnlyList<string> ListOf(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ?
            [
                .. value
                    .EnumerateArray()
                    .Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => item.GetString()!.Trim())
                    .Where(text => text.Length > 0)
                    .Take(MaxListed),
            ]
            : [];

    private static JsonElement MakeSchema()
    {
        string[] order =
        [
            "understood",
            "questions",
            "name",
            "code",
            "tests",
            "schedule",
            "timezone",
            "config_json",
            "tools",
            "hosts",
            "channels",
        ];
        var properties = new JsonObject();
        foreach (var name in order)
        {
            properties[name] = s_lists.Contains(name)
                ? new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = new JsonObject { ["type"] = "string" },
                }
                : new JsonObject { ["type"] = "string" };
        }

        return JsonSerializer.SerializeToElement(
            new JsonObject
            {
                ["type"] = "object",
                ["properties"] = properties,
                ["required"] = new JsonArray([.. order.Select(name => JsonValue.Create(name))]),
                ["additionalProperties"] = false,
            }
        );
    }
}
