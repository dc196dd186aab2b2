using System.CommandLine;

namespace Project38.Cli.Verbs;

/// <summary>A person's yes, before something is gone.</summary>
internal static class Confirmation
{
    /// <summary><c>--yes</c>.</summary>
    public static Option<bool> Yes(string description = "Do not ask") =>
        new("--yes", "-y") { Description = description };

    /// <summary>Asks on standard error, and reads the answer from standard input.</summary>
    /// <param name="question">Ends with a question mark.</param>
    public static bool Given(string question)
    {
        Console.Error.Write($"{question} [y/N] ");
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Asks, unless told not to.</summary>
    /// <param name="run">The verb.</param>
    /// <param name="yes">Its <c>--yes</c>.</param>
    /// <param name="question">Ends with a question mark.</param>
    /// <param name="otherwise">What stays as it is, for example <c>Nothing was deleted.</c></param>
    /// <exception cref="CliException">The answer is no.</exception>
    public static void Demand(VerbRun run, Option<bool> yes, string question, string otherwise)
    {
        if (!run.Get(yes) && !Given(question))
        {
            throw new CliException(ExitCode.Refused, $"{otherwise} Answer 'y', or use --yes.");
        }
    }
}
