using System.CommandLine;

namespace Project38.Cli.Verbs;

/// <summary>The number of a version.</summary>
internal static class VersionArgument
{
    /// <summary>One that may be left out.</summary>
    public static Argument<int?> Create(string name, string description) =>
        new(name)
        {
            Description = description,
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
                if (int.TryParse(text, out var number) && number >= 1)
                {
                    return number;
                }
                result.AddError($"'{text}' is no version. Write its number, as 'p38 versions' shows it.");
                return null;
            },
        };
}
