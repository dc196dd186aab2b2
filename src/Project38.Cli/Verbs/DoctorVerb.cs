using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Machine;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 doctor</c>: what works here, and what to do about the rest.</summary>
internal static class DoctorVerb
{
    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("doctor", "Say what works on this machine, and what to do about the rest").Does(ExamineAsync);

    private static async Task<int> ExamineAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var facts = (await MachineFacts.FindAsync(run.Home, cancellationToken)).ToList();
        var works = facts.TrueForAll(fact => fact.Works);
        string? level = null;
        try
        {
            var api = await run.ConnectAsync(cancellationToken);
            var system = await api.SystemAsync(cancellationToken);
            level = system.Sandbox.Level;
            facts.Add(
                new FactResponse("server", true, $"{system.Mode}, {run.Server.Url}, process {run.Server.Pid}", null)
            );
            facts.Add(new FactResponse("database", true, system.Database, null));

            facts.Add(system.Model);
            facts.Add(system.Browser);

            // Its parts may fail one by one, as long as a level is left that may run something.
            var contained = level != "none";
            facts.Add(
                new FactResponse("sandbox", contained, $"level {level}", contained ? null : "See the lines below.")
            );
            facts.AddRange(system.Sandbox.Facts.Select(fact => fact with { Name = $"  {fact.Name}" }));
            works &= contained;
        }
        catch (Exception exception) when (Refusal.Is(exception))
        {
            works = false;
            facts.Add(new FactResponse("server", false, Refusal.Words(exception), $"See {run.Home.ServerLog}."));
        }

        Show(run, new DoctorResponse(works, level, facts));
        return works ? ExitCode.Ok : ExitCode.Unexpected;
    }

    private static void Show(VerbRun run, DoctorResponse report)
    {
        if (run.Screen.Json)
        {
            var trimmed = report with
            {
                Facts = [.. report.Facts.Select(fact => fact with { Name = fact.Name.Trim() })],
            };
            run.Screen.Result(trimmed, ContractsJson.Default.DoctorResponse);
            return;
        }

        foreach (var fact in report.Facts)
        {
            Facts.Show(run.Screen, fact);
        }
        run.Screen.Line();
        run.Screen.Line(
            report.Works ? "All that is needed works." : "Something essential is missing; see the lines with 'no'."
        );
    }
}
