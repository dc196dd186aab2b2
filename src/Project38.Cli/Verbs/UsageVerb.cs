using System.CommandLine;
using System.Globalization;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 usage [AGENT]</c>: what models cost, runs took and tools were called so far.</summary>
internal static class UsageVerb
{
    private static readonly ContractsJson Json = ContractsJson.Default;
    private static readonly Argument<string?> Agent = AgentArgument.Optional("all agents by default");
    private static readonly Option<string> Zone = ZoneOption.Create(
        "IANA zone in which a day and a month begin; yours by default"
    );

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("usage", "Show what models cost, runs took and tools did so far") { Agent, Zone }.Does(ShowAsync);

    private static async Task<int> ShowAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var zone = run.Get(Zone) ?? UserZone.Find();
        var usage = run.Get(Agent) is { } name
            ? await api.Agents.UsageAsync((await api.FindAsync(name, cancellationToken)).Id, zone, cancellationToken)
            : await api.UsageAsync(zone, cancellationToken);
        var screen = run.Screen;
        if (screen.Json)
        {
            screen.Result(usage, Json.UsageResponse);
            return ExitCode.Ok;
        }

        screen.Table(
            ["", "CALLS", "TOKENS", "COST", "RUNS", "TIME", "CPU"],
            [Row("today", usage.Today), Row("month", usage.Month), Row("ever", usage.Ever)]
        );
        if (usage.ByModel.Count > 0)
        {
            screen.Line();
            screen.Table(
                ["MODEL", "CALLS", "TOKENS", "COST"],
                usage.ByModel.Select(one => Row(one.Model.Length > 0 ? one.Model : "-", one))
            );
        }
        if (usage.ByTool.Count > 0)
        {
            screen.Line();
            screen.Table(
                ["TOOL", "ENDED", "CALLS", "TIME", "DATA", "COST"],
                usage.ByTool.Select(one =>
                    (IReadOnlyList<string>)
                        [
                            one.Tool,
                            one.Ended,
                            Number(one.Calls),
                            Times.Took(one.Seconds),
                            Times.Size(one.Bytes),
                            one.CostUsd > 0 ? Spent.Usd(one.CostUsd) : "-",
                        ]
                )
            );
        }
        ShowUnsure(screen, usage.Ever);
        return ExitCode.Ok;
    }

    private static IReadOnlyList<string> Row(string label, PeriodUsageResponse sum) =>
        [
            .. Row(label, (CallUsageResponse)sum),
            Number(sum.Runs),
            Times.Took(sum.WallSeconds),
            Times.Took(sum.CpuSeconds),
        ];

    private static IReadOnlyList<string> Row(string label, CallUsageResponse sum) =>
        [
            label,
            Number(sum.Calls),
            Number(sum.InputTokens + sum.OutputTokens + sum.CacheWriteTokens + sum.CacheReadTokens),
            sum.CostUsd is { } cost ? Spent.Usd(cost) : "unknown",
        ];

    private static void ShowUnsure(Screen screen, PeriodUsageResponse ever)
    {
        if (ever.UnpricedCalls > 0)
        {
            screen.Faint(
                $"What {Number(ever.UnpricedCalls)} calls cost is not known, and in no sum: P38_PRICES names prices."
            );
        }
        if (ever.EstimatedCalls > 0)
        {
            screen.Faint($"{Number(ever.EstimatedCalls)} calls broke off: the sums have the most they can have cost.");
        }
        if (ever.UncountedRuns > 0)
        {
            screen.Faint($"The CPU of {Number(ever.UncountedRuns)} runs was not counted.");
        }
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
