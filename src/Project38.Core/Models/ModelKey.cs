namespace Project38.Core.Models;

/// <summary>Finds the key of a provider. It is read anew for each client, and kept nowhere else.</summary>
internal static class ModelKey
{
    private const int MaxBytes = 16 * 1024;

    /// <summary>The key; null when there is none, or the provider needs none.</summary>
    /// <param name="options">The file of the key, and whose it is.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="ModelSetupException">There is a file, and it has no key.</exception>
    public static string? Find(ModelOptions options, Func<string, string?> environment)
    {
        if (options.KeyFile is { } path)
        {
            return OfFile(path);
        }

        var variable = ModelDefaults.Of(options.Provider).KeyVariable;
        return variable is null ? null : Clean(environment(variable));
    }

    private static string OfFile(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
            {
                throw new ModelSetupException($"The key file {path} is larger than any key. It holds the key alone.");
            }

            using var reader = new StreamReader(stream);
            return Clean(reader.ReadToEnd())
                ?? throw new ModelSetupException($"The key file {path} holds no key. It holds the key alone.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelSetupException($"The key file {path} cannot be read: {exception.Message}");
        }
    }

    // A key with a line break or a blank in it would end up as a second header, or as none.
    private static string? Clean(string? key) =>
        key?.Trim() is not { Length: > 0 } trimmed ? null
        : trimmed.All(character => character is > ' ' and < '\x7f') ? trimmed
        : throw new ModelSetupException("The model's key has a blank or a strange character in it. Copy it again.");
}
