using System.CommandLine;
using Project38.Client;

namespace Project38.Cli.Verbs;

/// <summary>A person's yes to an agent that would read private data, read what strangers wrote, and could send it out.</summary>
internal static class RiskQuestion
{
    /// <summary><c>--accept-risks</c>.</summary>
    public static Option<bool> Option() =>
        new("--accept-risks")
        {
            Description =
                "Say yes, without asking, to an agent that reads private data and strangers' words, and could send",
        };

    /// <summary>Does something; where the server wants a yes first, asks for it and does it again.</summary>
    /// <param name="accepted">Whether the yes was given by <c>--accept-risks</c>.</param>
    /// <param name="act">Does it; it is given whether the yes was said.</param>
    /// <param name="otherwise">What is so without the yes, and how to say it later: whole sentences.</param>
    /// <exception cref="CliException">Nobody said it. A script that types "y" to everything is nobody.</exception>
    public static async Task<T> AskAsync<T>(bool accepted, Func<bool, Task<T>> act, string otherwise)
    {
        try
        {
            return await act(accepted);
        }
        catch (ApiException exception) when (exception.Problem.Question is { } question)
        {
            if (!accepted && !Console.IsInputRedirected && Confirmation.Given($"{question} Let it?"))
            {
                return await act(true);
            }
            throw new CliException(ExitCode.Refused, $"{question} {otherwise}", exception);
        }
    }
}
