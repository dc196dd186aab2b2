using System.CommandLine;
using Project38.Cli.Output;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 man</c>: the manual page.</summary>
internal static class ManVerb
{
    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("man", "Print the manual page: p38 man | man -l -").Does(
            (run, _) =>
            {
                run.Screen.Text(ManPage.Of(CommandLine.Create()));
                return Task.FromResult(ExitCode.Ok);
            }
        );
}
