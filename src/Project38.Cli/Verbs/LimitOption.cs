using System.CommandLine;

namespace Project38.Cli.Verbs;

/// <summary><c>--limit N</c> of a list.</summary>
internal static class LimitOption
{
    private const int Most = 1000;

    /// <summary>From 1 to 1000, as the API has it; 20 by default.</summary>
    public static Option<int> Create() =>
        new("--limit")
        {
            Description = "At most this many, newest first",
            DefaultValueFactory = _ => 20,
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
                if (!int.TryParse(text, out var limit) || limit is < 1 or > Most)
                {
                    result.AddError($"--limit is '{text}'. Write a number from 1 to {Most}.");
                }
                return limit;
            },
        };
}
