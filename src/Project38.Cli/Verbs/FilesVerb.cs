using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 files AGENT [list|get PATH|put FILE]</c>: an agent's workspace.</summary>
internal static class FilesVerb
{
    private static readonly Argument<string> Agent = new("agent") { Description = "Number or name" };
    private static readonly Argument<string> Action = new("action")
    {
        Description = "list, get or put",
        DefaultValueFactory = _ => "list",
    };
    private static readonly Argument<string?> Target = new("path")
    {
        Description = "For get: a path in the workspace. For put: a file here",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "For get: write here; standard output by default",
    };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Action.AcceptOnlyFromAmong("list", "get", "put");
        return new Command("files", "List, fetch and put files of an agent") { Agent, Action, Target, Output }.Does(
            async (run, cancellationToken) =>
            {
                var action = run.Get(Action);
                var path = run.Get(Target);
                if (action != "list" && path is null)
                {
                    throw new CliException(ExitCode.Usage, $"'files AGENT {action}' needs a path.");
                }

                var put = action == "put" ? LocalFile.Check([path!])[0] : null;
                var api = await run.ConnectAsync(cancellationToken);
                var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
                return action switch
                {
                    "get" => await GetAsync(run, api, agent, path!, cancellationToken),
                    "put" => await PutAsync(run, api, agent, put!, cancellationToken),
                    _ => await ListAsync(run, api, agent, cancellationToken),
                };
            }
        );
    }

    private static async Task<int> ListAsync(
        VerbRun run,
        ApiClient api,
        AgentResponse agent,
        CancellationToken cancellationToken
    )
    {
        var files = await api.GetAsync(
            $"/api/agents/{agent.Id}/files",
            ContractsJson.Default.IReadOnlyListFileResponse,
            cancellationToken
        );
        if (run.Screen.Json)
        {
            run.Screen.Result(files, ContractsJson.Default.IReadOnlyListFileResponse);
        }
        else if (files.Count == 0)
        {
            run.Screen.Line($"'{agent.Name}' has no files. Put one: p38 files {agent.Id} put FILE");
        }
        else
        {
            run.Screen.Table(
                ["SIZE", "CHANGED", "PATH"],
                files.Select(file =>
                    (IReadOnlyList<string>)[Times.Size(file.Size), run.Screen.Time(file.Modified), file.Path]
                )
            );
        }
        return ExitCode.Ok;
    }

    private static async Task<int> GetAsync(
        VerbRun run,
        ApiClient api,
        AgentResponse agent,
        string path,
        CancellationToken cancellationToken
    )
    {
        var route = $"/api/agents/{agent.Id}/files/{Escape(path)}";
        if (run.Get(Output) is not { } target)
        {
            await using var output = Console.OpenStandardOutput();
            await api.DownloadAsync(route, output, cancellationToken);
            return ExitCode.Ok;
        }

        // Whole or not at all: a failed download leaves what was there.
        var part = $"{target}.{Environment.ProcessId}.part";
        try
        {
            await using (var file = File.Create(part))
            {
                await api.DownloadAsync(route, file, cancellationToken);
            }
            File.Move(part, target, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
        return ExitCode.Ok;
    }

    private static async Task<int> PutAsync(
        VerbRun run,
        ApiClient api,
        AgentResponse agent,
        FileInfo file,
        CancellationToken cancellationToken
    )
    {
        await using var content = file.OpenRead();
        using var body = new StreamContent(content);
        await api.SendAsync(
            HttpMethod.Put,
            $"/api/agents/{agent.Id}/files/{Escape(file.Name)}",
            body,
            cancellationToken
        );
        if (run.Screen.Json)
        {
            return await ListAsync(run, api, agent, cancellationToken);
        }
        run.Screen.Line($"'{agent.Name}' has {file.Name} ({Times.Size(file.Length)}).");
        return ExitCode.Ok;
    }

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
