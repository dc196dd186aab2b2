using System.Security.Cryptography;

namespace Project38.Core.Harness;

/// <summary>This process among the nodes: who holds a claim. Never the same twice, not even after a restart.</summary>
/// <param name="Value">Host, process and a random part, at most 255 characters.</param>
internal sealed record NodeId(string Value)
{
    /// <summary>A new one for this process.</summary>
    public static NodeId New() =>
        new(
            $"{Environment.MachineName}:{Environment.ProcessId}:{RandomNumberGenerator.GetHexString(8, lowercase: true)}"
        );
}
