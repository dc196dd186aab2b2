using System.CommandLine;
using Project38.Cli.Api;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 hook</c>: addresses that start an agent.</summary>
internal static class HookVerb
{
    private static readonly ContractsJson Json = ContractsJson.Default;
    private static readonly Argument<string> Agent = AgentArgument.Create();
    private static readonly Argument<long> Hook = new("hook")
    {
        Description = "Its number, as 'p38 hook list' shows it",
    };
    private static readonly Option<string> Name = new("--name") { Description = "For people, for example GitHub" };
    private static readonly Option<bool> Signed = new("--signed")
    {
        Description = "Take only what is signed with a key, given on standard input or typed unseen",
    };
    private static readonly Option<bool> Yes = Confirmation.Yes();

    /// <summary>The verb, with its own.</summary>
    public static Command Create() =>
        new("hook", "Let other programs start an agent, by an address of its own")
        {
            new Command("add", "Make an address, and show it this once") { Agent, Name, Signed }.Does(AddAsync),
            new Command("list", "Show an agent's hooks") { Agent }.Does(ListAsync),
            new Command("remove", "Take a hook away") { Agent, Hook, Yes }.Does(RemoveAsync),
        };

    private static async Task<int> AddAsync(VerbRun run, CancellationToken cancellationToken)
    {
        // Not from an argument: it would stand in the shell's history and in the list of processes.
        var key = run.Get(Signed) ? await HiddenInput.ReadAsync("Key to sign with: ", cancellationToken) : null;
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        var request = new AddHookRequest { Name = run.Get(Name), SigningKey = key };
        var hook = await api.Agents.AddHookAsync(agent.Id, request, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(hook, Json.NewHookResponse);
        }
        else
        {
            run.Screen.Line(hook.Address);
            run.Screen.Note($"Hook {hook.Id} starts '{agent.Name}'. The address is shown this once; keep it secret.");
        }
        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        var hooks = await api.Agents.HooksAsync(agent.Id, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(hooks, Json.IReadOnlyListHookResponse);
        }
        else if (hooks.Count == 0)
        {
            run.Screen.Line($"'{agent.Name}' has no hooks. Make one: p38 hook add {agent.Id}");
        }
        else
        {
            run.Screen.Table(
                ["HOOK", "NAME", "SIGNED", "MADE", "USED"],
                hooks.Select(hook =>
                    (IReadOnlyList<string>)
                        [
                            $"{hook.Id}",
                            hook.Name,
                            hook.IsSigned ? "yes" : "no",
                            run.Screen.ShortTime(hook.CreatedAt),
                            hook.LastUsedAt is { } used ? run.Screen.ShortTime(used) : "never",
                        ]
                )
            );
        }
        return ExitCode.Ok;
    }

    private static async Task<int> RemoveAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        var hooks = await api.Agents.HooksAsync(agent.Id, cancellationToken);
        var hook =
            hooks.FirstOrDefault(one => one.Id == run.Get(Hook))
            ?? throw new CliException(
                ExitCode.NotFound,
                $"'{agent.Name}' has no hook {run.Get(Hook)}. 'p38 hook list {agent.Id}' shows those it has."
            );
        Confirmation.Demand(run, Yes, $"Remove hook {hook.Id} '{hook.Name}'?", "Nothing was removed.");

        await api.Agents.RemoveHookAsync(agent.Id, hook.Id, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(hook, Json.HookResponse);
        }
        else
        {
            run.Screen.Line($"Hook {hook.Id} is gone; its address starts nothing any more.");
        }
        return ExitCode.Ok;
    }
}
