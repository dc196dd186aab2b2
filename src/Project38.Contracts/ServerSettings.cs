using System.Collections;
using System.Security.Cryptography;
using System.Text;

namespace Project38.Contracts;

/// <summary>What of an environment is a server's setting, and how two environments are told apart without showing either.</summary>
internal static class ServerSettings
{
    private static readonly string[] Keys = ["DATABASE_URL", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"];

    // Of the command and where it lies, not of its server.
    private static readonly string[] NotSettings = ["P38_HOME", "P38_RUFF", "P38_SERVER", "P38_SERVER_LOG"];

    /// <summary>This process's environment.</summary>
    public static IReadOnlyDictionary<string, string> Environment() =>
        System
            .Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(one => (string)one.Key, one => (string?)one.Value ?? "");

    /// <summary>The settings in an environment, by name; an empty one is none.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(
        IEnumerable<KeyValuePair<string, string>> environment
    ) =>
        [
            .. environment
                .Where(one => one.Key.StartsWith("P38_", StringComparison.Ordinal) || Keys.Contains(one.Key))
                .Where(one => one.Value.Length > 0 && !NotSettings.Contains(one.Key))
                .OrderBy(one => one.Key, StringComparer.Ordinal),
        ];

    /// <summary>Each setting's name with a seal of its value: who has no key learns nothing of a password by guessing.</summary>
    /// <param name="environment">Of the server, or of who looks for one.</param>
    /// <param name="key">See <see cref="KeyOf"/>.</param>
    public static IReadOnlyDictionary<string, string> Seal(
        IEnumerable<KeyValuePair<string, string>> environment,
        byte[] key
    ) =>
        Of(environment)
            .ToDictionary(
                one => one.Key,
                one =>
                    Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{one.Key}={one.Value}")))
            );

    /// <summary>The key of the seals: the home's token, which lies in a file of its own.</summary>
    public static byte[] KeyOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
