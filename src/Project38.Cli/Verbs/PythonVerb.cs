using System.CommandLine;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 python</c>: images with packages that agents can import.</summary>
internal static class PythonVerb
{
    private static readonly ContractsJson Json = ContractsJson.Default;
    private static readonly Argument<string> Name = new("name") { Description = "For agents' config, as in data" };
    private static readonly Argument<string[]> Packages = new("package")
    {
        Description = "What pip shall put into it: requests, pandas==2.2.1",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string> FindLinks = new("--find-links")
    {
        Description = "A folder of wheels, on the server's machine, to take them from, and from no index",
    };
    private static readonly Option<bool> Yes = Confirmation.Yes();

    /// <summary>The verb, with its own.</summary>
    public static Command Create() =>
        new("python", "Give agents packages, beside Python's standard library")
        {
            new Command("add", "Make an image with packages, of wheels alone") { Name, Packages, FindLinks }.Does(
                AddAsync
            ),
            new Command("list", "Show the images, and who uses them").Does(ListAsync),
            new Command("remove", "Remove an image that no agent uses") { Name, Yes }.Does(RemoveAsync),
        };

    private static async Task<int> AddAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var request = new AddPythonRequest
        {
            Name = run.Get(Name),
            Packages = run.Get(Packages),
            FindLinks = run.Get(FindLinks) is { } folder ? Path.GetFullPath(folder) : null,
        };
        var api = await run.ConnectAsync(cancellationToken);
        run.Screen.Note("This may take minutes: pip looks for the packages, and unpacks them.");
        var python = await api.AddPythonAsync(request, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(python, Json.PythonResponse);
        }
        else
        {
            run.Screen.Line($"Python image {python.Name} has {string.Join(", ", python.Modules)}.");
            run.Screen.Note($"An agent has it by \"python\": \"{python.Name}\" in its config.");
        }
        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var pythons = await api.PythonsAsync(cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(pythons, Json.IReadOnlyListPythonResponse);
        }
        else if (pythons.Count == 0)
        {
            run.Screen.Line("There are no Python images; agents have the standard library.");
        }
        else
        {
            run.Screen.Table(
                ["NAME", "PYTHON", "MADE", "AGENTS", "PACKAGES"],
                pythons.Select(python =>
                    (IReadOnlyList<string>)
                        [
                            python.Name,
                            python.Interpreter,
                            run.Screen.ShortTime(python.MadeAt),
                            python.Agents.Count == 0 ? "none" : string.Join(", ", python.Agents),
                            string.Join(' ', python.Packages),
                        ]
                )
            );
        }
        return ExitCode.Ok;
    }

    private static async Task<int> RemoveAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var name = run.Get(Name);
        var api = await run.ConnectAsync(cancellationToken);
        var pythons = await api.PythonsAsync(cancellationToken);
        var python = pythons.FirstOrDefault(one => one.Name == name) ?? throw NoSuch(name, pythons);
        Confirmation.Demand(run, Yes, $"Remove Python image '{name}'?", "Nothing was removed.");

        await api.RemovePythonAsync(name, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(python, Json.PythonResponse);
        }
        else
        {
            run.Screen.Line($"Python image {name} is gone.");
        }
        return ExitCode.Ok;
    }

    private static CliException NoSuch(string name, IReadOnlyList<PythonResponse> pythons)
    {
        var meant = Nearest.Among(name, pythons.Select(one => one.Name));
        return new CliException(
            ExitCode.NotFound,
            $"There is no Python image '{name}'.{(meant.Length > 0 ? meant : " 'p38 python list' shows those there are.")}"
        );
    }
}
