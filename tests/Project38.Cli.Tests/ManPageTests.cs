using Project38.Cli.Output;

namespace Project38.Cli.Tests;

public sealed class ManPageTests
{
    private static readonly string _page = ManPage.Of(CommandLine.Create());

    [Fact]
    public void Of_HasEveryVerbAndOption()
    {
        foreach (var verb in CommandLine.Create().Subcommands.Where(verb => !verb.Hidden))
        {
            _page.ShouldContain($".SS \"{verb.Name.Replace("-", "\\-", StringComparison.Ordinal)}");
            foreach (var option in verb.Options)
            {
                _page.ShouldContain(option.Name.Replace("-", "\\-", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void Of_KeepsToTheRequestsOfManualPages()
    {
        string[] requests = [".TH", ".SH", ".SS", ".TP", ".B", ".I"];

        var lines = _page.Split('\n');

        lines[0].ShouldStartWith(".TH P38 1");
        lines
            .Where(line => line.StartsWith(".SH ", StringComparison.Ordinal))
            .ShouldBe([
                ".SH NAME",
                ".SH SYNOPSIS",
                ".SH DESCRIPTION",
                ".SH VERBS",
                ".SH OPTIONS OF ALL VERBS",
                ".SH EXIT STATUS",
                ".SH ENVIRONMENT",
            ]);
        lines.Where(line => line.StartsWith('.')).ShouldAllBe(line => requests.Contains(line.Split(' ')[0]));
        lines.ShouldAllBe(line => !line.StartsWith('\''));
    }
}
