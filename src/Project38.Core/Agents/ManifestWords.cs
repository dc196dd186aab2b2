namespace Project38.Core.Agents;

/// <summary>A manifest in plain words: what somebody agrees to who creates the agent.</summary>
public static class ManifestWords
{
    private const string NothingElse = "nothing else";

    /// <summary>One line for each thing it may do, the last one <c>nothing else</c>.</summary>
    public static IReadOnlyList<string> Describe(Manifest manifest)
    {
        var lines = new List<string>();
        var files = manifest.Tools.Where(tool => tool.StartsWith("filesystem.", StringComparison.Ordinal)).ToArray();
        if (files.Length > 0)
        {
            lines.Add(
                files.All(IsReading)
                    ? "reads files in its own workspace"
                    : "reads, writes and deletes files in its own workspace"
            );
        }
        foreach (var folder in manifest.Folders)
        {
            lines.Add($"may read the folder {folder.HostPath} (read-only), which it sees as {folder.Name}/");
        }
        if (manifest.Tools.Contains("memory.search"))
        {
            lines.Add("searches its own files and what its runs noted");
        }
        if (WebTools.Among(manifest.Tools) && manifest.Hosts.Count == 0)
        {
            lines.Add("would use the web, but no host is named, so it reaches none");
        }
        else
        {
            if (manifest.Tools.Any(tool => WebTools.Is(tool) && !WebTools.IsBrowser(tool)))
            {
                lines.Add($"asks {Join(manifest.Hosts)} over the web");
            }
            if (manifest.Tools.Any(WebTools.IsBrowser))
            {
                lines.Add($"opens pages of {Join(manifest.Hosts)} in a browser, and clicks and types there");
            }
        }
        if (manifest.Tools.Contains("notifications.send"))
        {
            lines.Add(
                manifest.Channels is [] or ["inbox"]
                    ? "tells you in the inbox"
                    : $"sends messages to the channels {Join(manifest.Channels)}"
            );
        }
        if (manifest.Tools.Contains("approval.ask"))
        {
            lines.Add("asks a person before it goes on");
        }
        if (manifest.Tools.Contains("llm.ask"))
        {
            lines.Add("asks the language model, which costs money of its budget");
        }
        foreach (var tool in manifest.Tools.Where(tool => !IsKnown(tool)))
        {
            lines.Add(
                tool.Split('.', 3) is ["external", var server, var name]
                    ? $"uses {name} of the tool server {server}"
                    : $"uses the tool {tool}"
            );
        }
        lines.Add(lines.Count == 0 ? "computes only: no files, no web, no messages" : NothingElse);
        return lines;
    }

    /// <summary>What one may do by the second and not by the first, a line each; empty: nothing.</summary>
    public static IReadOnlyList<string> Gained(Manifest from, Manifest to) =>
        [.. Describe(to).Except(Describe(from)).Where(line => line != NothingElse)];

    private static bool IsReading(string tool) =>
        tool
            is "filesystem.read_text"
                or "filesystem.read_bytes"
                or "filesystem.list"
                or "filesystem.glob"
                or "filesystem.info";

    private static bool IsKnown(string tool) =>
        tool is "approval.ask" or "clock.now" or "llm.ask" or "memory.search" or "notifications.send"
        || WebTools.Is(tool)
        || tool.StartsWith("filesystem.", StringComparison.Ordinal);

    private static string Join(IReadOnlyList<string> names) =>
        names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
}
