using System.CommandLine;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 secrets</c>: values that the platform keeps encrypted. They go in, and never come out.</summary>
internal static class SecretsVerb
{
    private static readonly ContractsJson Json = ContractsJson.Default;
    private static readonly Argument<string> Name = new("name") { Description = "For example ANTHROPIC_API_KEY" };
    private static readonly Option<bool> Yes = Confirmation.Yes();

    /// <summary>The verb, with its own.</summary>
    public static Command Create() =>
        new("secrets", "Keep values that nobody may see, such as a model's key")
        {
            new Command("set", "Put a value: from standard input, or typed unseen") { Name }.Does(SetAsync),
            new Command("list", "Show the names").Does(ListAsync),
            new Command("delete", "Forget a value and its name") { Name, Yes }.Does(DeleteAsync),
        };

    private static async Task<int> SetAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var name = run.Get(Name);
        Check(name);

        // Not from an argument: it would stand in the shell's history and in the list of processes.
        var value = await HiddenInput.ReadAsync($"Value of {name}: ", cancellationToken);
        var api = await run.ConnectAsync(cancellationToken);
        var secret = await api.PutSecretAsync(name, value, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(secret, Json.SecretResponse);
        }
        else
        {
            run.Screen.Line($"Secret {secret.Name} is kept, encrypted.");
        }
        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var secrets = await api.SecretsAsync(cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(secrets, Json.IReadOnlyListSecretResponse);
        }
        else if (secrets.Count == 0)
        {
            run.Screen.Line("There are no secrets.");
        }
        else
        {
            run.Screen.Table(
                ["NAME", "PUT", "BY"],
                secrets.Select(secret =>
                    (IReadOnlyList<string>)[secret.Name, run.Screen.ShortTime(secret.UpdatedAt), secret.UpdatedBy]
                )
            );
        }
        return ExitCode.Ok;
    }

    private static async Task<int> DeleteAsync(VerbRun run, CancellationToken cancellationToken)
    {
        Check(run.Get(Name));
        var api = await run.ConnectAsync(cancellationToken);
        var secrets = await api.SecretsAsync(cancellationToken);
        var secret = secrets.FirstOrDefault(one => one.Name == run.Get(Name)) ?? throw NoSuch(run.Get(Name), secrets);
        Confirmation.Demand(run, Yes, $"Forget secret '{secret.Name}'?", "Nothing was deleted.");

        await api.DeleteSecretAsync(secret.Name, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(secret, Json.SecretResponse);
        }
        else
        {
            run.Screen.Line($"Secret {secret.Name} is gone.");
        }
        return ExitCode.Ok;
    }

    private static CliException NoSuch(string name, IReadOnlyList<SecretResponse> secrets)
    {
        var meant = Nearest.Among(name, secrets.Select(one => one.Name));
        return new CliException(
            ExitCode.NotFound,
            $"There is no secret '{name}'.{(meant.Length > 0 ? meant : " 'p38 secrets list' shows those there are.")}"
        );
    }

    // An address without a name, or with a dot for one, is another route of the API.
    private static void Check(string name)
    {
        if (name.Trim('.').Length == 0)
        {
            throw new CliException(
                ExitCode.Refused,
                $"'{name}' is no name of a secret. Write a letter, then letters, digits, '_', '-' and '.': "
                    + "p38 secrets set ANTHROPIC_API_KEY"
            );
        }
    }
}
