using System.Text;
using Microsoft.Extensions.Options;
using Project38.Core.Storage;

namespace Project38.Core.Secrets;

/// <summary>Finds the master key: as it was given, or in the home.</summary>
/// <remarks>Read anew each time: a key that is put back works at once.</remarks>
internal sealed class MasterKeys(IOptions<SecretOptions> options, HomeFolder home)
{
    /// <summary>Its file in the home.</summary>
    public const string FileName = "master.key";

    private const int MaxBytes = 4 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where the key is, for people.</summary>
    public string Place =>
        options.Value switch
        {
            { MasterKey: not null } => "P38_MASTER_KEY",
            { MasterKeyFile: { } path } => $"the file {path} (P38_MASTER_KEY_FILE)",
            _ => $"the file {OwnFile}",
        };

    private string OwnFile => Path.Join(home.Path, FileName);

    /// <summary>The key; null when the home has none yet.</summary>
    /// <exception cref="SecretException">What there is cannot be read, is no key, or is open to others.</exception>
    public MasterKey? Find()
    {
        if (options.Value.MasterKey is { } given)
        {
            return MasterKey.Parse(given, Place);
        }

        if (options.Value.MasterKeyFile is { } path)
        {
            return MasterKey.Parse(Read(path), Place);
        }

        if (!File.Exists(OwnFile))
        {
            return null;
        }

        var text = Read(OwnFile);
        return (File.GetUnixFileMode(OwnFile) & ~OwnerOnly) == UnixFileMode.None
            ? MasterKey.Parse(text, Place)
            : throw new SecretException($"Others may read {Place}, which opens every secret. Run: chmod 600 {OwnFile}");
    }

    /// <summary>Makes the key of the home. One that is there by now is taken instead.</summary>
    /// <exception cref="SecretException">It cannot be written.</exception>
    public MasterKey Create()
    {
        try
        {
            home.Prepare();
            var key = MasterKey.Create();

            // Whole or not at all, and never over another: secrets may hang on that one already.
            var part = $"{OwnFile}.{Guid.NewGuid():N}";
            WriteWhole(part, key.ToText() + "\n");
            try
            {
                File.Move(part, OwnFile, overwrite: false);
            }
            catch (IOException) when (File.Exists(OwnFile))
            {
                File.Delete(part);
            }

            return Find()!;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SecretException($"{Place} cannot be written: {exception.Message}", exception);
        }
    }

    private static void WriteWhole(string path, string text)
    {
        using var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
            }
        );
        file.Write(Encoding.ASCII.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    private string Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes)
            {
                throw new SecretException($"{Place} is larger than any master key. It holds 32 bytes in base64 alone.");
            }

            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SecretException(
                $"{Place} cannot be read: {exception.Message} No secret is lost: put the master key back.",
                exception
            );
        }
    }
}
