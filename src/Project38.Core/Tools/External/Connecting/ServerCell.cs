using System.Text;
using Project38.Sandbox;

namespace Project38.Core.Tools.External.Connecting;

/// <summary>The sandbox of a tool server that is a program: no network, no environment but its own, one folder to read.</summary>
internal static class ServerCell
{
    // No argument of a command: whoever lists the processes of the machine reads those.
    private const string Variables = "/etc/tool-server";

    /// <summary>What to start.</summary>
    /// <param name="server">The program.</param>
    /// <param name="secrets">Its variables, by name.</param>
    /// <param name="options">What it may use.</param>
    public static SandboxSpec Spec(
        ToolServer server,
        IReadOnlyDictionary<string, string> secrets,
        ExternalOptions options
    )
    {
        var spec = new SandboxSpec
        {
            Program = server.Command[0],
            Arguments = [.. server.Command.Skip(1)],
            Mounts = server.Folder is { } folder ? [new SandboxMount(folder, folder)] : [],
            Limits = new SandboxLimits
            {
                MemoryBytes = options.MemoryBytes,
                CpuPercent = options.CpuPercent,
                Processes = options.Processes,
                Timeout = options.LongestLife,
                LogBytes = 10L * 1024 * 1024,
                OutputBytes = options.OutputBytes,
            },
        };
        return secrets.Count == 0
            ? spec
            : spec with
            {
                Program = "/usr/bin/sh",
                Arguments = ["-c", ". \"$1\"; shift; exec \"$@\"", "sh", Variables, .. server.Command],
                Files = [new SandboxFile(Variables, Encoding.UTF8.GetBytes(Exports(secrets)))],
            };
    }

    private static string Exports(IReadOnlyDictionary<string, string> secrets) =>
        string.Concat(
            secrets.Select(secret =>
                $"export {secret.Key}='{secret.Value.Replace("'", "'\\''", StringComparison.Ordinal)}'\n"
            )
        );
}
