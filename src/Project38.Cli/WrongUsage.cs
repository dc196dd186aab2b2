using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Project38.Contracts;

namespace Project38.Cli;

/// <summary>What to say of a command line that makes no sense.</summary>
internal static partial class WrongUsage
{
    /// <summary>What is wrong, what was meant perhaps, and where to read on; null when nothing is.</summary>
    public static string? Of(ParseResult parsed, IReadOnlyList<string> words)
    {
        var wrong = All(parsed, words).ToList();
        return wrong.Count == 0 ? null : $"{string.Join(" ", wrong)} See '{PathOf(parsed.CommandResult)} --help'.";
    }

    private static IEnumerable<string> All(ParseResult parsed, IReadOnlyList<string> words)
    {
        var verb = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens;

        // Of a mistyped verb, all that follows it is unknown too.
        if (verb.Subcommands.Count > 0 && unknown.FirstOrDefault(word => !Option().IsMatch(word)) is { } first)
        {
            return [$"There is no verb '{first}'.{Nearest.Among(first, Shown(verb.Subcommands))}"];
        }

        // Nor is what follows a mistyped option a word too many.
        var options = unknown.Where(word => Option().IsMatch(word)).Concat(TakenForValues(parsed, words)).Distinct();
        return
            options.Select(word => $"There is no option '{word}' of '{verb.Name}'.{Meant(verb, word)}").ToList()
                is { Count: > 0 } mistyped
            ? mistyped
            : parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" ").Replace("\t", ""));
    }

    // Where an argument is still open, a mistyped option would fill it: 'tasks --staus failed' is no question about agents.
    private static IEnumerable<string> TakenForValues(ParseResult parsed, IReadOnlyList<string> words)
    {
        var values = parsed
            .CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .ToHashSet();
        return words.TakeWhile(word => word != "--").Where(word => Option().IsMatch(word) && values.Contains(word));
    }

    private static string Meant(Command verb, string word)
    {
        var options = verb.Options.Append(CommandLine.Json).Append(CommandLine.Quiet);
        var near = Nearest.Among(word.TrimStart('-'), options, one => one.Name.TrimStart('-'));
        return Nearest.Question([.. near.Select(one => $"'{one.Name}'")]);
    }

    private static IEnumerable<string> Shown(IEnumerable<Command> verbs) =>
        verbs.Where(verb => !verb.Hidden).Select(verb => verb.Name);

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "p38";

    [GeneratedRegex(@"^--?[A-Za-z][\w-]*(=.*)?$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Option();
}
