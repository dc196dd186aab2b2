using System.Text.RegularExpressions;

namespace Project38.Cli.Evaluation.Judging;

/// <summary>A pattern of names as Python's <c>fnmatch</c> has it: <c>*</c> is anything, <c>/</c> too; <c>?</c>, <c>[ab]</c>.</summary>
internal sealed class Glob
{
    private readonly Regex _regex;

    /// <summary>Any text is a pattern.</summary>
    public Glob(string text)
    {
        Text = text;
        var body = Regex
            .Escape(text)
            .Replace(@"\*\*/", "(?:.*/)?", StringComparison.Ordinal)
            .Replace(@"\*", ".*", StringComparison.Ordinal)
            .Replace(@"\?", ".", StringComparison.Ordinal);
        body = Regex.Replace(
            body,
            @"\\\[(?<not>!?)(?<one>[^\]\\]+)\]",
            match => $"[{(match.Groups["not"].Length > 0 ? "^" : "")}{match.Groups["one"].Value}]",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1)
        );
        _regex = new Regex(
            $"^{body}$",
            RegexOptions.Singleline | RegexOptions.NonBacktracking,
            TimeSpan.FromSeconds(2)
        );
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Whether a name fits, capitals counted.</summary>
    public bool Fits(string name) => _regex.IsMatch(name);
}
