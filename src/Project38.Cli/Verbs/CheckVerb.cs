using System.CommandLine;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 check FILE.py</c>: a program's findings; nothing is kept.</summary>
internal static class CheckVerb
{
    private static readonly Argument<string> Program = new("file")
    {
        Description = "A Python program with a class Agent",
    };
    private static readonly Option<string> Tests = new("--tests") { Description = "Its tests" };
    private static readonly Option<string> Python = new("--python") { Description = "The Python image it shall have" };

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("check", "Check a program, and keep nothing") { Program, Tests, Python }.Does(CheckAsync);

    private static async Task<int> CheckAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var program = run.Get(Program);
        var tests = run.Get(Tests);
        var request = new CheckRequest
        {
            Code = await LocalFile.ReadProgramAsync(program, cancellationToken),
            Tests = tests is null ? null : await LocalFile.ReadProgramAsync(tests, cancellationToken),
            Python = run.Get(Python),
        };
        var api = await run.ConnectAsync(cancellationToken);
        var report = await api.CheckAsync(request, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(report, ContractsJson.Default.CheckResponse);
        }
        else
        {
            foreach (var finding in report.Findings)
            {
                foreach (var line in Findings.Lines(finding, finding.File == "agent.py" ? program : tests))
                {
                    run.Screen.Line(line);
                }
            }
            if (report.Findings.Count == 0)
            {
                run.Screen.Line("No findings.");
            }
        }
        return report.Passed ? ExitCode.Ok : ExitCode.Refused;
    }
}
