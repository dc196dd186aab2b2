using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Project38.Contracts;

namespace Project38.Server.Security;

/// <summary>The token that opens every door but health and root: 32 random bytes, made at the first start.</summary>
internal sealed class BearerToken
{
    /// <summary>Its file in the home, readable by its owner only.</summary>
    public const string FileName = "token";

    private const int Bytes = 32;
    private readonly byte[] _hash;

    private BearerToken(string text) => _hash = ServerSettings.KeyOf(text);

    /// <summary>Reads the token of a home, or makes it.</summary>
    /// <exception cref="StartRefusedException">The file is there, and others may read it or it holds no token.</exception>
    public static BearerToken LoadOrCreate(string home)
    {
        var path = Path.Join(home, FileName);
        if (!File.Exists(path))
        {
            Create(path);
        }

        const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            throw new StartRefusedException($"Others may read the token in {path}. Run: chmod 600 {path}");
        }

        var text = File.ReadAllText(path).Trim();
        return text.Length >= Base64Url.GetEncodedLength(Bytes)
            ? new BearerToken(text)
            : throw new StartRefusedException(
                $"There is no whole token in {path}. Delete the file; a new one is made."
            );
    }

    /// <summary>Whether a text is the token, in a time that does not depend on how much of it is right.</summary>
    public bool Matches(string candidate) =>
        CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(candidate)));

    /// <summary>The settings in an environment, sealed for the announcement of a server that has them.</summary>
    public IReadOnlyDictionary<string, string> Seal(IEnumerable<KeyValuePair<string, string>> environment) =>
        ServerSettings.Seal(environment, _hash);

    private static void Create(string path)
    {
        // Whole or not at all: a crash between the two must not leave a home with half a token.
        var part = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(part, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
    }
}
