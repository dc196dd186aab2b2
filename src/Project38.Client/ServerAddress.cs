using System.Text.Json;
using Project38.Contracts;

namespace Project38.Client;

/// <summary>Where a server is, and what it knows its clients by.</summary>
/// <param name="Url">For example <c>http://127.0.0.1:8038</c>.</param>
/// <param name="Token">What is in its <c>P38_HOME/token</c>.</param>
public sealed record ServerAddress(Uri Url, string Token)
{
    /// <summary>The server that runs in a home of this machine.</summary>
    /// <param name="home">Null: what <c>P38_HOME</c> names, else <c>~/.p38</c>.</param>
    /// <exception cref="ConnectionLostException">None runs there, or it is not yours.</exception>
    public static ServerAddress OfHome(string? home = null)
    {
        var folder =
            home is { Length: > 0 } ? home
            : Environment.GetEnvironmentVariable("P38_HOME") is { Length: > 0 } named ? named
            : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".p38");
        try
        {
            var text = File.ReadAllText(Path.Join(folder, ServerFile.Name));
            var server = JsonSerializer.Deserialize(text, ContractsJson.Default.ServerFile)!;
            return new ServerAddress(new Uri(server.Url), File.ReadAllText(Path.Join(folder, "token")).Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ConnectionLostException(
                $"No server runs in {folder}: {exception.Message} Start one: p38 up",
                exception
            );
        }
    }

    /// <summary>The same; null where none runs.</summary>
    internal static ServerAddress? FindInHome(string? home)
    {
        try
        {
            return OfHome(home);
        }
        catch (ConnectionLostException)
        {
            return null;
        }
    }

    /// <summary>Never the token: records print themselves.</summary>
    public override string ToString() => $"{Url}";
}
