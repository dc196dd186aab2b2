using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 config AGENT [KEY=VALUE…] [--unset KEY]</c>: an agent's config, and single keys of it changed.</summary>
internal static class ConfigVerb
{
    private const int Tries = 10;
    private static readonly ContractsJson Json = ContractsJson.Default;

    private static readonly Argument<string> Agent = AgentArgument.Create();
    private static readonly Argument<string[]> Pairs = new("key=value")
    {
        Description = "Keys to set; a value is JSON where it reads as such, and text elsewhere",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Option<string[]> Unset = new("--unset") { Description = "A key to take away" };
    private static readonly Option<bool> Accept = RiskQuestion.Option();

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("config", "Show an agent's config, or change single keys of it")
        {
            Agent,
            Pairs,
            Unset,
            Accept,
        }.Does(
            async (run, cancellationToken) =>
            {
                var set = run.Get(Pairs).Select(ConfigArgument.Pair).ToList();
                var unset = run.Get(Unset) ?? [];
                if (set.Select(pair => pair.Key).Intersect(unset).FirstOrDefault() is { } both)
                {
                    throw new CliException(ExitCode.Usage, $"'{both}' cannot be set and unset at once. Leave one out.");
                }

                var api = await run.ConnectAsync(cancellationToken);
                var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
                if (set.Count + unset.Length > 0)
                {
                    var found = agent;
                    agent = await RiskQuestion.AskAsync(
                        run.Get(Accept),
                        yes => ChangeAsync(api, found, set, unset, yes, cancellationToken),
                        "Nobody said yes, so nothing was changed. To say it: the same on a terminal, or with --accept-risks."
                    );
                }
                Show(run.Screen, agent);
                return ExitCode.Ok;
            }
        );

    // Read, change, write while nobody else did: else once more, on top of what they wrote.
    private static async Task<AgentResponse> ChangeAsync(
        P38Client api,
        AgentResponse agent,
        IReadOnlyList<KeyValuePair<string, string>> set,
        IReadOnlyList<string> unset,
        bool acceptRisks,
        CancellationToken cancellationToken
    )
    {
        for (var tries = 1; ; tries++)
        {
            var (current, tag) = await api.Agents.GetTaggedAsync(agent.Id, cancellationToken);
            var request = new UpdateAgentRequest { Config = Changed(current, set, unset), AcceptRisks = acceptRisks };
            try
            {
                return await api.Agents.UpdateAsync(agent.Id, request, tag, cancellationToken);
            }
            catch (ApiException exception) when (exception.Status == 412 && tries < Tries) { }
        }
    }

    private static JsonElement Changed(
        AgentResponse agent,
        IReadOnlyList<KeyValuePair<string, string>> set,
        IReadOnlyList<string> unset
    )
    {
        var config = JsonNode.Parse(agent.Config)!.AsObject();
        foreach (var key in unset)
        {
            if (!config.Remove(key))
            {
                throw new CliException(
                    ExitCode.NotFound,
                    $"The config of '{agent.Name}' has no '{key}'.{Nearest.Among(key, config.Select(pair => pair.Key))}"
                );
            }
        }
        foreach (var (key, value) in set)
        {
            config[key] = ConfigArgument.ValueOf(value);
        }
        return JsonElement.Parse(config.ToJsonString());
    }

    private static void Show(Screen screen, AgentResponse agent)
    {
        var config = JsonElement.Parse(agent.Config);
        if (screen.Json)
        {
            screen.Result(config, Json.JsonElement);
            return;
        }

        var keys = config.EnumerateObject().ToList();
        if (keys.Count == 0)
        {
            screen.Line($"The config of '{agent.Name}' is empty. Set a key: p38 config {agent.Id} KEY=VALUE");
            return;
        }
        screen.Table(
            ["KEY", "VALUE"],
            keys.Select(pair => (IReadOnlyList<string>)[pair.Name, JsonWords.Of(pair.Value)])
        );
    }
}
