using System.CommandLine;
using Project38.Cli.Api;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 tool-servers</c>: MCP servers whose tools agents can be granted.</summary>
internal static class ToolServersVerb
{
    private static readonly ContractsJson Json = ContractsJson.Default;

    private static readonly Argument<string> Name = new("name") { Description = "For example github" };
    private static readonly Argument<string[]> Program = new("command")
    {
        Description =
            "A program on the server's machine with its arguments, after --: -- /usr/bin/node /srv/notes/index.js",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Option<string> Url = new("--url") { Description = "Its address, of streamable HTTP" };
    private static readonly Option<string> Folder = new("--folder")
    {
        Description = "A folder of the server's machine that the program may read",
    };
    private static readonly Option<string[]> Secret = new("--secret")
    {
        Description =
            "A header or variable with the name of a secret: Authorization=\"Bearer GITHUB_TOKEN\"; as often as needed",
    };
    private static readonly Option<bool> AllowPrivate = new("--allow-private")
    {
        Description = "Its address may be one of this machine or its network",
    };
    private static readonly Option<string[]> Risk = new("--risk")
    {
        Description = "What its tools bring: private_data, untrusted_content, way_out or none; all three by default",
    };
    private static readonly Option<string[]> Reads = new("--reads")
    {
        Description = "A tool that changes nothing, so that dry runs call it, too; as often as needed",
    };
    private static readonly Option<string[]> Tool = new("--tool")
    {
        Description = "Agree to this one only; as often as needed",
    };
    private static readonly Option<bool> Yes = Confirmation.Yes();

    /// <summary>The verb, with its own.</summary>
    public static Command Create() =>
        new Command("tool-servers", "List MCP servers whose tools agents can call, and register them")
        {
            new Command("add", "Register a server, look at its tools, and agree to them")
            {
                Name,
                Program,
                Url,
                Folder,
                Secret,
                AllowPrivate,
                Risk,
                Reads,
                Yes,
            }.Does(AddAsync),
            new Command("list", "List them").Does(ListAsync),
            new Command("show", "Show what the tools of one say of themselves") { Name }.Does(ShowAsync),
            new Command("check", "Look at what they say of themselves now") { Name }.Does(CheckAsync),
            new Command("agree", "Agree to its tools as they are now") { Name, Tool, Reads, Yes }.Does(AgreeAsync),
            new Command("remove", "Take one away") { Name, Yes }.Does(RemoveAsync),
        }.Does(ListAsync);

    private static async Task<int> ListAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var servers = await api.ToolServers.ListAsync(cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(servers, Json.IReadOnlyListToolServerResponse);
            return ExitCode.Ok;
        }

        if (servers.Count == 0)
        {
            run.Screen.Line("No tool server is registered. Register one: p38 tool-servers add NAME --url https://…");
            return ExitCode.Ok;
        }

        run.Screen.Table(
            ["SERVER", "WHERE", "TOOLS"],
            servers.Select(server => (IReadOnlyList<string>)[server.Name, WhereOf(server), CountsOf(server)])
        );
        return ExitCode.Ok;
    }

    private static async Task<int> AddAsync(VerbRun run, CancellationToken cancellationToken)
    {
        Check(run.Get(Name));
        var risks = run.Get(Risk);
        var request = new AddToolServerRequest
        {
            Name = run.Get(Name),
            Url = run.Get(Url),
            Command = run.Get(Program) is { Length: > 0 } command ? command : null,
            Folder = run.Get(Folder) is { } folder ? Path.GetFullPath(folder) : null,
            AllowPrivate = run.Get(AllowPrivate),
            Secrets = SecretsOf(run.Get(Secret) ?? []),
            Risks = risks is null or [] ? null : [.. risks.Where(risk => risk != "none")],
        };
        var api = await run.ConnectAsync(cancellationToken);
        run.Screen.Note("The server is started or connected to, and asked for its tools.");
        var server = await AddAsync(api, request, cancellationToken);
        if (run.Screen.Json && !run.Get(Yes))
        {
            run.Screen.Result(server, Json.ToolServerResponse);
            return ExitCode.Ok;
        }

        return await AgreeAsync(run, api, server, [.. server.Tools], cancellationToken);
    }

    private static async Task<int> ShowAsync(VerbRun run, CancellationToken cancellationToken)
    {
        Check(run.Get(Name));
        var api = await run.ConnectAsync(cancellationToken);
        Show(run, await FindAsync(api, run.Get(Name), cancellationToken));
        return ExitCode.Ok;
    }

    private static async Task<int> CheckAsync(VerbRun run, CancellationToken cancellationToken)
    {
        Check(run.Get(Name));
        var api = await run.ConnectAsync(cancellationToken);
        var before = await FindAsync(api, run.Get(Name), cancellationToken);
        var server = await api.ToolServers.CheckAsync(before.Name, cancellationToken);
        Show(run, server);
        if (!run.Screen.Json && server.Tools.Any(IsOpen))
        {
            run.Screen.Note($"Agree to what is new or changed: p38 tool-servers agree {server.Name}");
        }

        return ExitCode.Ok;
    }

    private static async Task<int> AgreeAsync(VerbRun run, CancellationToken cancellationToken)
    {
        Check(run.Get(Name));
        var api = await run.ConnectAsync(cancellationToken);
        var server = await FindAsync(api, run.Get(Name), cancellationToken);
        var only = run.Get(Tool) ?? [];
        foreach (var tool in only.Where(tool => !server.Tools.Any(one => one.Name == tool && one.State != "gone")))
        {
            throw new CliException(
                ExitCode.NotFound,
                $"The tool server {server.Name} has no tool '{tool}'.{Nearest.Among(tool, server.Tools.Select(one => one.Name))}"
            );
        }

        var tools = server.Tools.Where(tool => only.Length == 0 ? IsOpen(tool) : only.Contains(tool.Name)).ToList();
        return await AgreeAsync(run, api, server, tools, cancellationToken);
    }

    private static async Task<int> RemoveAsync(VerbRun run, CancellationToken cancellationToken)
    {
        Check(run.Get(Name));
        var api = await run.ConnectAsync(cancellationToken);
        var server = await FindAsync(api, run.Get(Name), cancellationToken);
        Confirmation.Demand(run, Yes, $"Remove the tool server '{server.Name}'?", "Nothing was removed.");
        await api.ToolServers.RemoveAsync(server.Name, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(server, Json.ToolServerResponse);
        }
        else
        {
            run.Screen.Line($"Tool server {server.Name} is gone. Calls of its tools are refused from now on.");
        }

        return ExitCode.Ok;
    }

    // To what is shown, and to nothing that the server says a moment later: the hashes go with the yes.
    private static async Task<int> AgreeAsync(
        VerbRun run,
        P38Client api,
        ToolServerResponse server,
        IReadOnlyList<ToolServerToolResponse> tools,
        CancellationToken cancellationToken
    )
    {
        if (!run.Screen.Json)
        {
            Show(run, server with { Tools = tools });
        }

        var reads = run.Get(Reads) ?? [];
        foreach (var tool in reads.Where(tool => !tools.Any(one => one.Name == tool)))
        {
            throw new CliException(
                ExitCode.NotFound,
                $"'{tool}' of --reads is no tool that is agreed to here.{Nearest.Among(tool, tools.Select(one => one.Name))} Nothing was "
                    + $"agreed to. Agree to one by its name: p38 tool-servers agree {server.Name} --tool NAME --reads NAME"
            );
        }

        if (tools.Count > 0)
        {
            Confirmation.Demand(
                run,
                Yes,
                $"Agree to {Counted(tools.Count)}? What they say of themselves was written by the server.",
                $"Nothing was agreed to, and no tool of {server.Name} that is new or changed is called."
            );
            var request = new AgreeToToolsRequest
            {
                Tools =
                [
                    .. tools.Select(tool => new ToolConsentRequest(
                        tool.Name,
                        tool.Hash,
                        // What it said while it only read, it says no more.
                        tool is { Reads: true, State: "agreed" }
                            || reads.Contains(tool.Name)
                    )),
                ],
            };
            server = await api.ToolServers.AgreeAsync(server.Name, request, cancellationToken);
        }

        if (run.Screen.Json)
        {
            run.Screen.Result(server, Json.ToolServerResponse);
        }
        else
        {
            run.Screen.Line(
                tools.Count == 0
                    ? $"There is nothing to agree to at {server.Name}."
                    : $"Agents can be granted {Counted(tools.Count)} of {server.Name}."
            );
        }

        return ExitCode.Ok;
    }

    private static void Show(VerbRun run, ToolServerResponse server)
    {
        var screen = run.Screen;
        if (screen.Json)
        {
            screen.Result(server, Json.ToolServerResponse);
            return;
        }

        screen.Line($"{server.Name}: {WhereOf(server)}");
        foreach (var (key, secret) in server.Secrets)
        {
            screen.Line($"  {key} is filled from the secret in '{secret}'");
        }

        foreach (var tool in server.Tools)
        {
            screen.Line();
            screen.Line($"{tool.FullName} ({tool.State}{(tool.Reads ? ", only reads" : "")})");
            if (tool is { State: "changed", AgreedDescription: { } agreed } && agreed != tool.Description)
            {
                screen.Line($"  it said: {Indented(agreed)}");
                screen.Line($"  it says: {Indented(tool.Description)}");
            }
            else
            {
                screen.Line($"  {Indented(tool.Description)}");
            }

            screen.Faint($"  {Indented(tool.InputSchema)}");
        }

        foreach (var why in server.LeftOut)
        {
            screen.Note(why);
        }

        screen.Line();
    }

    private static async Task<ToolServerResponse> AddAsync(
        P38Client api,
        AddToolServerRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await api.ToolServers.AddAsync(request, cancellationToken);
        }
        catch (ApiException exception) when (exception.Errors.Count > 0)
        {
            throw exception.Calling(exception.Errors.Keys.ToDictionary(field => field, OptionOf));
        }
    }

    // Of one that is named twice, the last.
    private static Dictionary<string, string> SecretsOf(IEnumerable<string> given)
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in given)
        {
            if (pair.IndexOf('=') is not (> 0 and var at))
            {
                throw new CliException(
                    ExitCode.Usage,
                    $"'{pair}' is no KEY=NAME. Write a header or variable, and the name of a secret: "
                        + "Authorization=\"Bearer GITHUB_TOKEN\""
                );
            }

            secrets[pair[..at]] = pair[(at + 1)..];
        }

        return secrets;
    }

    private static string OptionOf(string field) =>
        field.StartsWith("secrets.", StringComparison.Ordinal) ? $"--secret {field["secrets.".Length..]}"
        : field is "name" or "command" ? field
        : field == "risks" ? "--risk"
        : $"--{field.Replace('_', '-')}";

    private static async Task<ToolServerResponse> FindAsync(
        P38Client api,
        string name,
        CancellationToken cancellationToken
    )
    {
        var servers = await api.ToolServers.ListAsync(cancellationToken);
        if (servers.FirstOrDefault(one => one.Name == name) is { } server)
        {
            return server;
        }

        var meant = Nearest.Among(name, servers.Select(one => one.Name));
        throw new CliException(
            ExitCode.NotFound,
            $"There is no tool server '{name}'.{(meant.Length > 0 ? meant : " 'p38 tool-servers' shows those there are.")}"
        );
    }

    private static bool IsOpen(ToolServerToolResponse tool) => tool.State is "new" or "changed";

    private static string WhereOf(ToolServerResponse server) =>
        server.Url ?? $"{string.Join(' ', server.Command ?? [])} (in a sandbox)";

    private static string CountsOf(ToolServerResponse server) =>
        server.Tools.Count == 0
            ? "none"
            : string.Join(
                ", ",
                server
                    .Tools.GroupBy(tool => tool.State)
                    .OrderBy(state => state.Key)
                    .Select(state => $"{state.Count()} {state.Key}")
            );

    private static string Counted(int tools) => tools == 1 ? "1 tool" : $"{tools} tools";

    private static string Indented(string text) => text.ReplaceLineEndings("\n    ");

    // An address without a name, or with a dot for one, is another route of the API.
    private static void Check(string name)
    {
        if (name.Trim('.').Length == 0)
        {
            throw new CliException(
                ExitCode.Refused,
                $"'{name}' is no name of a tool server. Write a small letter, then small letters, digits, '_' and '-': github"
            );
        }
    }
}
