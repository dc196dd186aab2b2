using System.Diagnostics;
using System.Text.RegularExpressions;
using Project38.Testing;

namespace Project38.Cli.Tests;

/// <summary>The session in docs/cli.md, against a server: what the page shows is what people see.</summary>
/// <remarks>
/// Compared by one rule, on both sides. Times become <c>TIME</c>, durations <c>TOOK</c>, the level of the sandbox
/// <c>LEVEL</c>, and counts of lines and tests <c>N</c>: they differ from day to day, machine to machine, and with each
/// better blueprint. White space of any kind is one blank, since columns and line breaks move with all of those.
/// </remarks>
public sealed partial class SessionTests(Service service) : IClassFixture<Service>
{
    private readonly P38 _p38 = service.P38;

    [Fact]
    public async Task Session_IsWhatTheCommandPrints()
    {
        var page = await File.ReadAllTextAsync(
            Repository.Folder("docs", "cli.md"),
            TestContext.Current.CancellationToken
        );
        var session = Block().Match(page).Groups["session"].Value;
        File.Copy(Repository.Folder("examples", "expenses.csv"), Path.Join(_p38.Folder, "expenses.csv"));

        var shown = session.Split("$ ", StringSplitOptions.RemoveEmptyEntries);

        shown.Length.ShouldBeGreaterThanOrEqualTo(10);
        foreach (var step in shown)
        {
            var line = step.Split('\n')[0];
            Stable(await InShellAsync(line)).ShouldBe(Stable(step[line.Length..]), line);
        }
    }

    [Fact]
    public async Task Tables_NameEveryVerb()
    {
        var page = await File.ReadAllTextAsync(
            Repository.Folder("docs", "cli.md"),
            TestContext.Current.CancellationToken
        );
        var verbs = CommandLine.Create().Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name).ToList();

        VerbsOf(page, "## Verbs").ShouldBe(verbs, ignoreOrder: true);
        VerbsOf(page, "## JSON").Distinct().ShouldBe(verbs, ignoreOrder: true);
    }

    // The first cell of each row names a verb or more, each in its own marks: `pause`, `resume`.
    private static IEnumerable<string> VerbsOf(string page, string heading) =>
        page.Split(heading + "\n")[1]
            .Split("\n## ")[0]
            .Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Marked().Matches(line.Split(" | ")[0]).Select(match => match.Groups["verb"].Value));

    private async Task<string> InShellAsync(string line)
    {
        using var bash = Process.Start(_p38.ShellStart($"p38() {{ {_p38.Shell} \"$@\"; }}; {line} 2>&1"))!;
        bash.StandardInput.Close();
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }

    private static string Stable(string text)
    {
        var stable = Time().Replace(text, "TIME");
        stable = Took().Replace(stable, "TOOK");
        stable = Level().Replace(stable, "LEVEL");
        stable = Count().Replace(stable, "N");
        return White().Replace(stable, " ").Trim();
    }

    [GeneratedRegex("```console\n(?<session>.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex Block();

    [GeneratedRegex("`(?<verb>[a-z][a-z-]*)[^`]*`", RegexOptions.None, 1000)]
    private static partial Regex Marked();

    [GeneratedRegex(
        @"\b[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2}( \d{4})? \d\d:\d\d(:\d\d)?",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Time();

    [GeneratedRegex(@"\b\d+(\.\d+)? s\b|\b\d+ min \d+ s\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Took();

    [GeneratedRegex(@"(?<=level |sandbox \()(full|no-cgroup)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Level();

    [GeneratedRegex(@"\b\d+(?= lines from)|\b\d+ of \d+(?= tests)", RegexOptions.None, 1000)]
    private static partial Regex Count();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex White();
}
