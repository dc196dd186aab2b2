using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Project38.Core.Tools.Records;

/// <summary>A tool call of a run with its answer, as it is kept to be answered again.</summary>
/// <param name="Tool">Full tool name, as it was called.</param>
/// <param name="Hash">Of tool and arguments: the same hash is the same call.</param>
/// <param name="Arguments">A JSON object.</param>
/// <param name="Outcome">As <see cref="RunStep.Outcome"/>; <c>asked</c>: its answer is not there yet.</param>
/// <param name="Answer"><c>{"value": …}</c>; null where there is <paramref name="Detail"/>.</param>
/// <param name="Detail">The message when it was refused or failed.</param>
/// <param name="ErrorClass">Which kind, then.</param>
public sealed record RecordedCall(
    string Tool,
    string Hash,
    JsonElement Arguments,
    string Outcome,
    JsonElement? Answer,
    string? Detail,
    string? ErrorClass
)
{
    /// <summary>Outcome of a question that a person is to answer.</summary>
    public const string Asked = "asked";

    /// <summary>The hash of a call.</summary>
    internal static string HashOf(string tool, IDictionary<string, JsonElement>? arguments)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(tool));
        foreach (
            var (key, value) in (arguments ?? new Dictionary<string, JsonElement>()).OrderBy(
                argument => argument.Key,
                StringComparer.Ordinal
            )
        )
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{key}\n{value.GetRawText()}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
