using System.CommandLine;
using Project38.Cli.Completion;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 completion SHELL</c>, and <c>p38 complete</c>, which its script calls.</summary>
internal static class CompletionVerbs
{
    private static readonly Argument<string> Shell = new("shell") { Description = "bash, zsh or fish" };
    private static readonly Argument<string[]> Words = new("words") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Prints the script of a shell.</summary>
    public static Command Completion()
    {
        Shell.AcceptOnlyFromAmong([.. ShellScripts.All.Keys]);
        return new Command("completion", "Print the script that lets a shell complete p38") { Shell }.Does(
            (run, _) =>
            {
                run.Screen.Text(ShellScripts.All[run.Get(Shell)]);
                return Task.FromResult(ExitCode.Ok);
            }
        );
    }

    /// <summary>Prints what may come next, a line each.</summary>
    public static Command Complete() =>
        new Command("complete", "Print what may come next") { Words }
            .Does(
                (run, _) =>
                {
                    foreach (var word in Completer.Next(CommandLine.Create(), run.Get(Words)))
                    {
                        run.Screen.Raw(word);
                    }
                    return Task.FromResult(ExitCode.Ok);
                }
            )
            .Hide();

    private static Command Hide(this Command command)
    {
        command.Hidden = true;
        return command;
    }
}
