using System.CommandLine;
using System.Globalization;

namespace Project38.Cli.Verbs;

/// <summary>An option that takes a whole number; in which range is for who uses it to say.</summary>
internal static class NumberOption
{
    /// <summary>Null when it is not given.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For <c>--help</c>.</param>
    /// <param name="what">What to write, as in "a number of seconds".</param>
    /// <param name="example">One that is right.</param>
    public static Option<int?> Create(string name, string description, string what, int example) =>
        new(name)
        {
            Description = description,
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                {
                    return number;
                }
                result.AddError($"{name} is '{text}'. Write {what}, for example {name} {example}.");
                return null;
            },
        };
}
