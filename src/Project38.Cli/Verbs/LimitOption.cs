using System.CommandLine;

namespace Project38.Cli.Verbs;

/// <summary><c>--limit N</c> of a list.</summary>
internal static class LimitOption
{
    private const int Most = 1000;

    /// <summary>From 1 to 1000, as the API's lists have it; 20 by default.</summary>
    public static Option<int> Create() => Create("At most this many, newest first");

    /// <summary>From 1 to the most that the API gives.</summary>
    public static Option<int> Create(string description, int usual = 20, int most = Most) =>
        new("--limit")
        {
            Description = description,
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
                if (!int.TryParse(text, out var limit) || limit < 1 || limit > most)
                {
                    result.AddError($"--limit is '{text}'. Write a number from 1 to {most}.");
                }
                return limit;
            },
        };
}
