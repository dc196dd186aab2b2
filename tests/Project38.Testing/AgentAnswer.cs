using System.Text.Json.Nodes;

namespace Project38.Testing;

/// <summary>An agent as a model answers with one.</summary>
public sealed record AgentAnswer
{
    public string Code { get; init; } = "";

    public string Tests { get; init; } = "";

    public string Understood { get; init; } = "What was asked.";

    public string Name { get; init; } = "Written by a model";

    public string Schedule { get; init; } = "0 8 * * *";

    public string Timezone { get; init; } = "";

    public string Config { get; init; } = "{}";

    public IReadOnlyList<string> Questions { get; init; } = [];

    public IReadOnlyList<string> Tools { get; init; } = ["notifications.send"];

    public IReadOnlyList<string> Hosts { get; init; } = [];

    public IReadOnlyList<string> Channels { get; init; } = ["inbox"];

    /// <summary>The answer, whose tokens and kind may be changed.</summary>
    public ClaudeReply ToReply() =>
        new()
        {
            Text = new JsonObject
            {
                ["understood"] = Understood,
                ["questions"] = List(Questions),
                ["name"] = Name,
                ["code"] = Code,
                ["tests"] = Tests,
                ["schedule"] = Schedule,
                ["timezone"] = Timezone,
                ["config_json"] = Config,
                ["tools"] = List(Tools),
                ["hosts"] = List(Hosts),
                ["channels"] = List(Channels),
            }.ToJsonString(),
        };

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
