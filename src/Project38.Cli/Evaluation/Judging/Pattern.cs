using System.Text.RegularExpressions;

namespace Project38.Cli.Evaluation.Judging;

/// <summary>A regular expression of Python's, over plain text: without regard to case, <c>^ $</c> are lines.</summary>
/// <remarks>Bounded in time: by an engine that never backtracks where the pattern allows that, by two seconds always.</remarks>
internal sealed class Pattern
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);
    private readonly Regex _regex;

    private Pattern(string source, Regex regex)
    {
        Source = source;
        _regex = regex;
    }

    /// <summary>As it was written.</summary>
    public string Source { get; }

    /// <summary>Reads one.</summary>
    /// <param name="source">Python's notation.</param>
    /// <param name="wrong">Why it is none, when null is returned.</param>
    public static Pattern? Parse(string source, out string? wrong)
    {
        const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant;
        try
        {
            var translated = PythonRegex.Translate(source);
            wrong = null;
            try
            {
                return new Pattern(source, new Regex(translated, Options | RegexOptions.NonBacktracking, s_limit));
            }
            catch (NotSupportedException)
            {
                // Look-around and back-references need the other engine.
                return new Pattern(source, new Regex(translated, Options, s_limit));
            }
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            wrong = exception.Message;
            return null;
        }
    }

    /// <summary>Whether it is found in a text that was made plain.</summary>
    /// <exception cref="RegexMatchTimeoutException">It took more than two seconds.</exception>
    public bool IsIn(string plainText) => _regex.IsMatch(plainText);

    /// <inheritdoc/>
    public override string ToString() => Source;
}
