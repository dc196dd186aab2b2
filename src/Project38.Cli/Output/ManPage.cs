using System.CommandLine;
using System.Text;

namespace Project38.Cli.Output;

/// <summary>The manual page, in roff (man(7)), from the definitions of the verbs.</summary>
internal static class ManPage
{
    private static readonly IReadOnlyList<(string Name, string Does)> Environment =
    [
        ("P38_HOME", "Folder of the database, the token and the logs; ~/.p38 by default."),
        ("P38_SERVER", "The server's program; that beside the command by default."),
        ("TZ", "Zone of the times that are shown and read; that of the machine by default."),
        ("NO_COLOR", "Turns colour off."),
        ("COLUMNS", "Cells of a line; those of the terminal by default."),
    ];

    /// <summary>The whole page.</summary>
    public static string Of(RootCommand root)
    {
        var page = new StringBuilder();
        page.Append(".TH P38 1 \"\" Project38 \"User Commands\"\n");
        page.Append(".SH NAME\np38 \\- agents from sentences: written, proved, scheduled and run\n");
        page.Append(".SH SYNOPSIS\n.B p38\n.I VERB\n[\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]\n");
        page.Append($".SH DESCRIPTION\n{Text(root.Description!.Split('\n')[0])}\n");
        page.Append(".SH VERBS\n");
        foreach (var verb in root.Subcommands.Where(verb => !verb.Hidden))
        {
            AppendVerb(page, verb, verb.Name);
        }
        page.Append(".SH OPTIONS OF ALL VERBS\n");
        AppendOptions(page, root);
        page.Append($".SH EXIT STATUS\n{Text(ExitCode.Help)}\n");
        page.Append(".SH ENVIRONMENT\n");
        foreach (var (name, does) in Environment)
        {
            Append(page, $".B {Text(name)}", does);
        }
        return page.ToString();
    }

    private static void AppendVerb(StringBuilder page, Command verb, string path)
    {
        var arguments = verb.Arguments.Select(one =>
            one.Arity.MinimumNumberOfValues > 0 ? one.Name.ToUpperInvariant() : $"[{one.Name.ToUpperInvariant()}]"
        );
        page.Append($".SS \"{Text(string.Join(' ', arguments.Prepend(path)))}\"\n{Text(verb.Description!)}.\n");
        foreach (var argument in verb.Arguments)
        {
            Append(page, $".I {Text(argument.Name.ToUpperInvariant())}", argument.Description!);
        }
        AppendOptions(page, verb);
        foreach (var inner in verb.Subcommands)
        {
            AppendVerb(page, inner, $"{path} {inner.Name}");
        }
    }

    private static void AppendOptions(StringBuilder page, Command verb)
    {
        foreach (var option in verb.Options.Where(option => !option.Hidden))
        {
            var names = option.Aliases.Prepend(option.Name).Distinct().Order();
            var value = option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool) ? " VALUE" : "";
            Append(page, $".B {Text(string.Join(", ", names) + value)}", option.Description!);
        }
    }

    private static void Append(StringBuilder page, string term, string text) =>
        page.Append($".TP\n{term}\n{Text(text)}\n");

    // A dot or an apostrophe at the start of a line would be a request, and a plain hyphen may break.
    private static string Text(string text)
    {
        var plain = text.Replace("\\", "\\e").Replace("-", "\\-").Replace("\"", "\\(dq");
        return plain.StartsWith('.') || plain.StartsWith('\'') ? $"\\&{plain}" : plain;
    }
}
