using Project38.Core.Secrets;

namespace Project38.Core.Tools.External.Connecting;

/// <summary>The secrets that tool servers name: <c>TOKEN</c>, or <c>Bearer TOKEN</c>.</summary>
internal sealed class ServerSecrets(SecretStore secrets)
{
    // What is shorter is found in no answer: see KnownSecrets.
    private const int Shortest = 8;

    /// <summary>The name of the secret in a reference.</summary>
    public static string NameIn(string reference) => reference[(reference.LastIndexOf(' ') + 1)..];

    /// <summary>What is wrong with a reference; null when nothing is.</summary>
    public static string? WhyNot(string reference) =>
        reference.Split(' ') is [.. [] or [{ Length: > 0 and <= 20 }], { } name]
        && SecretName.WhyNot(name) is null
        && reference.Split(' ').SkipLast(1).All(word => word.All(char.IsAsciiLetter))
            ? null
            : "must be the name of a secret, such as GITHUB_TOKEN, or a word before it: Bearer GITHUB_TOKEN";

    /// <summary>All values that a server is given, by header or variable.</summary>
    /// <exception cref="ToolException">One is missing, cannot be opened, or is none that could be kept from answers.</exception>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(
        ToolServer server,
        CancellationToken cancellationToken
    )
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, reference) in server.Secrets)
        {
            var name = NameIn(reference);
            values[key] = reference[..^name.Length] + await ValueAsync(server.Name, name, cancellationToken);
        }

        return values;
    }

    private async Task<string> ValueAsync(string server, string name, CancellationToken cancellationToken)
    {
        string? value;
        try
        {
            value = (await secrets.ResolveAsync(name, cancellationToken))?.Trim();
        }
        catch (SecretException exception)
        {
            throw new ToolException($"The tool server {server} cannot be used: a secret does not open.", exception);
        }

        return value is null
                ? throw new ToolException(
                    $"There is no secret {name}, which the tool server {server} names. A person can put it: p38 secrets set {name}"
                )
            : value.Length < Shortest || value.Any(char.IsControl)
                ? throw new ToolException(
                    $"The secret {name} is shorter than {Shortest} characters or has several lines, so it could not be kept out of "
                        + $"what the tool server {server} answers. It is not sent."
                )
            : value;
    }
}
