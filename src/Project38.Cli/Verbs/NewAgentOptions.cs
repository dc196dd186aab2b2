using System.CommandLine;

namespace Project38.Cli.Verbs;

/// <summary>Options that every way to a new agent has.</summary>
internal static class NewAgentOptions
{
    /// <summary><c>--file F</c>, any number.</summary>
    public static Option<string[]> Files() => new("--file") { Description = "Copy a file into its workspace" };

    /// <summary><c>--folder D</c>, any number.</summary>
    public static Option<string[]> Folders() =>
        new("--folder") { Description = "Let it read a folder of this machine" };
}
