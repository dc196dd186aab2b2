using Microsoft.Extensions.Options;
using Project38.Core.Secrets;

namespace Project38.Core.Models;

/// <summary>Finds the key of the configured provider: in the environment, else in the key file, else among the secrets.</summary>
/// <remarks>It is read anew for each call. From then on no message lets it through.</remarks>
/// <param name="options">Which provider, and where the key file is.</param>
/// <param name="environment">Where environment variables come from.</param>
/// <param name="known">What is kept out of messages.</param>
/// <param name="secrets">Null: there are none, as without a database.</param>
public sealed class ModelKeys(
    IOptions<ModelOptions> options,
    ModelEnvironment environment,
    KnownSecrets known,
    SecretStore? secrets = null
)
{
    private const int MaxBytes = 16 * 1024;

    /// <summary>Whether the provider wants a key at all.</summary>
    public bool AreNeeded => ModelDefaults.Of(options.Value.Provider).KeyVariable is not null;

    /// <summary>The key; null when there is none, or the provider needs none.</summary>
    /// <exception cref="ModelSetupException">There is something, and it is no key.</exception>
    public async ValueTask<ModelKey?> FindAsync(CancellationToken cancellationToken)
    {
        if (ModelDefaults.Of(options.Value.Provider).KeyVariable is not { } variable)
        {
            return null;
        }

        var key =
            Read(environment.Read(variable), variable)
            ?? (options.Value.KeyFile is { } path ? OfFile(path) : await OfSecretAsync(variable, cancellationToken));
        if (key is not null)
        {
            known.Add(variable, key.Value);
        }

        return key;
    }

    /// <summary>A text without the keys that were found so far: a provider may quote what it was sent.</summary>
    public string Redact(string text) => known.Redact(text);

    private async Task<ModelKey?> OfSecretAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return secrets is null
                ? null
                : Read(await secrets.ResolveAsync(name, cancellationToken), $"the secret {name}");
        }
        catch (SecretException exception)
        {
            throw new ModelSetupException(exception.Message);
        }
    }

    private static ModelKey OfFile(string path)
    {
        var place = $"the file {path}";
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
            {
                throw new ModelSetupException($"The key file {path} is larger than any key. It holds the key alone.");
            }

            using var reader = new StreamReader(stream);
            return Read(reader.ReadToEnd(), place)
                ?? throw new ModelSetupException($"The key file {path} holds no key. It holds the key alone.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelSetupException($"The key file {path} cannot be read: {exception.Message}");
        }
    }

    // A key with a line break or a blank in it would end up as a second header, or as none.
    private static ModelKey? Read(string? key, string place) =>
        key?.Trim() is not { Length: > 0 } trimmed ? null
        : trimmed.All(character => character is > ' ' and < '\x7f') ? new ModelKey(trimmed, place)
        : throw new ModelSetupException(
            $"The model's key in {place} has a blank or a strange character in it. Copy it again."
        );
}

/// <summary>A provider's key, and where it was found.</summary>
/// <param name="Value">The secret itself.</param>
/// <param name="Place">For the user, so that a key that is not taken can be looked at.</param>
public sealed record ModelKey(string Value, string Place)
{
    /// <summary>Never the value: records print themselves.</summary>
    public override string ToString() => $"the key of {Place}";
}

/// <summary>Where environment variables come from.</summary>
/// <param name="Read">Gives a variable's value, or null.</param>
public sealed record ModelEnvironment(Func<string, string?> Read)
{
    /// <summary>This process's own.</summary>
    public static ModelEnvironment OfProcess { get; } = new(Environment.GetEnvironmentVariable);
}
