using System.CommandLine;
using System.CommandLine.Completions;

namespace Project38.Cli.Completion;

/// <summary>What may come next on a command line, from the definitions of the verbs.</summary>
/// <remarks>
/// Not System.CommandLine's own completion, which offers the values of all of a verb's arguments at each of their places.
/// </remarks>
internal static class Completer
{
    /// <summary>The words that can stand where the last one is being typed.</summary>
    /// <param name="root">The definitions.</param>
    /// <param name="words">All words after <c>p38</c>; the last one may be empty.</param>
    /// <returns>None where anything may stand, for example a file.</returns>
    public static IEnumerable<string> Next(RootCommand root, IReadOnlyList<string> words)
    {
        var typed = words.Count > 0 ? words[^1] : "";
        return Candidates(root, words.SkipLast(1), typed)
            .Where(word => word.StartsWith(typed, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Candidates(RootCommand root, IEnumerable<string> before, string typed)
    {
        Command verb = root;
        Option? open = null;
        var arguments = 0;
        foreach (var word in before)
        {
            if (open is not null)
            {
                open = null;
            }
            else if (word.StartsWith('-'))
            {
                open = Options(root, verb).FirstOrDefault(one => Names(one).Contains(word) && TakesValue(one));
            }
            else if (verb.Subcommands.FirstOrDefault(one => one.Name == word) is { } inner)
            {
                verb = inner;
            }
            else
            {
                arguments++;
            }
        }

        if (open is not null)
        {
            return open.GetCompletions(CompletionContext.Empty).Select(item => item.Label);
        }
        if (typed.StartsWith('-'))
        {
            return Options(root, verb).Where(one => !one.Hidden).Select(one => one.Name);
        }
        var verbs = verb.Subcommands.Where(one => !one.Hidden).Select(one => one.Name);
        var values = verb.Arguments.ElementAtOrDefault(arguments)?.GetCompletions(CompletionContext.Empty) ?? [];
        return verbs.Concat(values.Select(item => item.Label));
    }

    private static IEnumerable<Option> Options(RootCommand root, Command verb) =>
        verb == root ? root.Options : verb.Options.Concat(root.Options.Where(one => one.Recursive));

    private static IEnumerable<string> Names(Option option) => option.Aliases.Prepend(option.Name);

    private static bool TakesValue(Option option) =>
        option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;
}
