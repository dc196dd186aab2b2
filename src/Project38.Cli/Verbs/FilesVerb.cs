using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 files AGENT [list|get PATH|put FILE]</c>: an agent's workspace.</summary>
internal static class FilesVerb
{
    private static readonly Argument<string> Agent = AgentArgument.Create();
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
                var output = run.Get(Output);
                if (action == "list" != path is null)
                {
                    var needs = path is null ? "needs a" : "takes no";
                    throw new CliException(ExitCode.Usage, $"'files AGENT {action}' {needs} path.");
                }
                if (action != "get" && output is not null)
                {
                    throw new CliException(
                        ExitCode.Usage,
                        $"--output is for 'get'; 'files AGENT {action}' writes no file here."
                    );
                }

                if (action == "get" && output is null && run.Screen.Json)
                {
                    throw new CliException(
                        ExitCode.Usage,
                        "Without --output, 'files AGENT get' prints the file itself. Add --output, or leave out --json."
                    );
                }

                var put = action == "put" ? LocalFile.Check([path!])[0] : null;
                if (action == "get")
                {
                    WorkspaceFile.Check(path!);
                    DownloadTarget.Check(output);
                }
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
        P38Client api,
        AgentResponse agent,
        CancellationToken cancellationToken
    )
    {
        var files = await api.Agents.FilesAsync(agent.Id, cancellationToken);
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
                    (IReadOnlyList<string>)[Times.Size(file.Size), run.Screen.ShortTime(file.Modified), file.Path]
                )
            );
        }
        return ExitCode.Ok;
    }

    private static async Task<int> GetAsync(
        VerbRun run,
        P38Client api,
        AgentResponse agent,
        string path,
        CancellationToken cancellationToken
    )
    {
        await DownloadTarget.WriteAsync(
            run.Get(Output),
            stream => api.Agents.GetFileAsync(agent.Id, path, stream, cancellationToken)
        );
        return run.Screen.Json ? await ListAsync(run, api, agent, cancellationToken) : ExitCode.Ok;
    }

    private static async Task<int> PutAsync(
        VerbRun run,
        P38Client api,
        AgentResponse agent,
        FileInfo file,
        CancellationToken cancellationToken
    )
    {
        var content = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
        await api.Agents.PutFileAsync(agent.Id, file.Name, content, cancellationToken);
        if (run.Screen.Json)
        {
            return await ListAsync(run, api, agent, cancellationToken);
        }
        run.Screen.Line($"'{agent.Name}' has {file.Name} ({Times.Size(file.Length)}).");
        return ExitCode.Ok;
    }
}
