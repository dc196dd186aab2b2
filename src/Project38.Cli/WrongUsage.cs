using System.CommandLine;
using Project38.Cli.Api;

namespace Project38.Cli;

/// <summary>What to say of a command line that makes no sense.</summary>
internal static class WrongUsage
{
    /// <summary>What is wrong, what was meant perhaps, and where to read on.</summary>
    public static string Words(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command;
        var help = $"{PathOf(parsed.CommandResult)} --help";
        var said =
            parsed.UnmatchedTokens.Count > 0
                ? parsed.UnmatchedTokens.Select(token => Of(verb, token))
                : parsed.Errors.Select(error => error.Message);
        return $"{string.Join(" ", said)} See '{help}'.";
    }

    private static string Of(Command verb, string token)
    {
        if (token.StartsWith('-'))
        {
            var options = verb.Options.Append(CommandLine.Json).Append(CommandLine.Quiet);
            return $"There is no option '{token}' of '{verb.Name}'.{Nearest.Among(token, options.Select(one => one.Name))}";
        }
        return verb.Subcommands.Count > 0
            ? $"There is no verb '{token}'.{Nearest.Among(token, verb.Subcommands.Select(one => one.Name))}"
            : $"'{token}' is one too many for '{verb.Name}'.";
    }

    private static string PathOf(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent
            ? $"{PathOf(parent)} {result.Command.Name}"
            : "p38";
}
