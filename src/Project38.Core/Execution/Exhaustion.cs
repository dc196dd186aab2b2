using Project38.Sandbox;

namespace Project38.Core.Execution;

/// <summary>What a run had no more of, for a person: a program says "No space left", and not of what, and how much there was.</summary>
public static class Exhaustion
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>A sentence for each thing.</summary>
    /// <param name="exit">How it ended.</param>
    /// <param name="limits">What it might have used.</param>
    public static IEnumerable<string> Sentences(SandboxExit exit, SandboxLimits limits) =>
        exit.Exhausted.Select(resource =>
            resource switch
            {
                SandboxResource.Space =>
                    $"It filled a folder that it may write to: /work and /tmp hold {limits.ScratchBytes / Megabyte} MB each, "
                        + "/dev/shm 16 MB at most.",
                SandboxResource.Processes =>
                    $"It wanted more than the {limits.Processes} processes and threads that it may have.",
                _ => throw new ArgumentOutOfRangeException(nameof(exit)),
            }
        );
}
