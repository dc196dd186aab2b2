using System.Text.Json;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary>The file that an agent made of a sentence reads in its workspace, and whether it can be there.</summary>
internal static class ExpectedFile
{
    /// <summary>The file that is neither put nor under a granted folder; null when nothing is missing.</summary>
    public static string? Missing(AgentResponse agent, IReadOnlyList<FileInfo> files)
    {
        // Only a blueprint's config is known to mean a file by "file".
        if (agent.Origin?.StartsWith("blueprint:", StringComparison.Ordinal) != true)
        {
            return null;
        }
        using var config = JsonDocument.Parse(agent.Config);
        return
            config.RootElement.TryGetProperty("file", out var value)
            && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } file
            && files.All(given => given.Name != file)
            && !agent.Grant.Folders.Any(folder => file.StartsWith(folder.Name + "/", StringComparison.Ordinal))
            ? file
            : null;
    }
}
