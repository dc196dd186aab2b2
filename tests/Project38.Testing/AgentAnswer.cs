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

    /// <summary>What it declares to use; none is for a program to be found out.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    public IReadOnlyList<string> Hosts { get; init; } = [];

    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>The answer, whose tokens and kind may be changed.</summary>
    public ClaudeReply ToReply() =>
        new()
        {
            Text = new JsonObject
            {
                ["understood"] = Understood,
                ["questions"] = ListOf(Questions),
                ["name"] = Name,
                ["code"] = Code,
                ["tests"] = Tests,
                ["schedule"] = Schedule,
                ["timezone"] = Timezone,
                ["config_json"] = Config,
                ["tools"] = ListOf(Tools),
                ["hosts"] = ListOf(Hosts),
                ["channels"] = ListOf(Channels),
            }.ToJsonString(),
        };

    private static JsonArray ListOf(IReadOnlyList<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
