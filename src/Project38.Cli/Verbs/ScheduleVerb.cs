using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 schedule AGENT</c>: when it fires, and how its last fires went; <c>p38 schedule --cron CRON</c>: when one would.</summary>
internal static class ScheduleVerb
{
    private const int Shown = 10;
    private const int Most = 100;
    private static readonly ContractsJson Json = ContractsJson.Default;

    private static readonly Argument<string?> Agent = AgentArgument.Optional("or --cron");
    private static readonly Option<string> Cron = new("--cron")
    {
        Description = "A schedule nobody has, for example '30 9 * * 1-5' or @daily",
    };
    private static readonly Option<string> Zone = ZoneOption.Create("IANA zone of --cron; yours by default");
    private static readonly Option<int> Limit = LimitOption.Create(
        "At most this many fires to come, and as many that were",
        Shown,
        Most
    );

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("schedule", "Show when an agent fires, and how its last fires went")
        {
            Agent,
            Cron,
            Zone,
            Limit,
        }.Does(ShowAsync);

    private static async Task<int> ShowAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var (agent, cron) = (run.Get(Agent), run.Get(Cron));
        if (agent is null == cron is null)
        {
            throw new CliException(
                ExitCode.Usage,
                "'schedule' takes an agent, or --cron with a schedule: p38 schedule --cron '30 9 * * 1-5'"
            );
        }
        if (cron is null && run.Get(Zone) is not null)
        {
            throw new CliException(ExitCode.Usage, "--timezone is for --cron; an agent has a zone of its own.");
        }

        var api = await run.ConnectAsync(cancellationToken);
        return cron is null
            ? await ShowAgentAsync(run, api, await api.FindAsync(agent!, cancellationToken), cancellationToken)
            : await PreviewAsync(run, api, cron, cancellationToken);
    }

    private static async Task<int> ShowAgentAsync(
        VerbRun run,
        P38Client api,
        AgentResponse agent,
        CancellationToken cancellationToken
    )
    {
        var schedule = await api.Agents.ScheduleAsync(agent.Id, run.Get(Limit), run.Get(Limit), cancellationToken);
        var screen = run.Screen;
        if (screen.Json)
        {
            screen.Result(schedule, Json.ScheduleResponse);
            return ExitCode.Ok;
        }

        screen.Part("schedule", ScheduleWords.Of(agent));
        if (schedule.Next.Count == 0)
        {
            var why = schedule.Schedule is null ? "" : $"; it is {schedule.Status}";
            screen.Part("next", schedule.Note ?? $"no fire to come{why}");
        }
        ShowNext(screen, schedule.Next, schedule.Timezone);
        screen.Line();
        if (schedule.Last.Count == 0)
        {
            screen.Line("It has not fired yet.");
            return ExitCode.Ok;
        }
        screen.Table(
            ["TASK", "DUE", "STATUS", "LATE", "REASON"],
            schedule.Last.Select(fire =>
                (IReadOnlyList<string>)
                    [
                        $"{fire.TaskId}",
                        screen.ShortTime(fire.ScheduledAt),
                        TasksVerb.Words(fire.Status, fire.Fires),
                        fire.LateSeconds is { } late ? Times.Took(late) : "-",
                        (fire.LastFireAt is { } last ? $"until {screen.ShortTime(last)}. " : "") + fire.Reason,
                    ]
            )
        );
        return ExitCode.Ok;
    }

    private static async Task<int> PreviewAsync(
        VerbRun run,
        P38Client api,
        string cron,
        CancellationToken cancellationToken
    )
    {
        var request = new PreviewScheduleRequest
        {
            Schedule = cron,
            Timezone = run.Get(Zone) ?? UserZone.Find(),
            Count = run.Get(Limit),
        };
        var preview = await PreviewAsync(api, request, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(preview, Json.SchedulePreviewResponse);
            return ExitCode.Ok;
        }

        run.Screen.Part("schedule", $"{preview.Schedule} ({preview.Timezone})");
        if (preview.Note is { } note)
        {
            run.Screen.Part("next", note);
        }
        ShowNext(run.Screen, preview.Next, preview.Timezone);
        return ExitCode.Ok;
    }

    private static async Task<SchedulePreviewResponse> PreviewAsync(
        P38Client api,
        PreviewScheduleRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await api.PreviewScheduleAsync(request, cancellationToken);
        }
        catch (ApiException exception) when (exception.Errors.Count > 0)
        {
            // What is wrong is a sentence of its own; the names of fields before it are the API's.
            var detail = string.Join(' ', exception.Errors.Values.SelectMany(wrong => wrong));
            throw new ApiException(exception.Problem with { Detail = detail });
        }
    }

    // By the user's clock, as everywhere; and by the schedule's own, where that shows another hour.
    private static void ShowNext(Screen screen, IReadOnlyList<DateTimeOffset> fires, string zone)
    {
        var rules = UserZone.Rules(zone);
        var lines = fires.Select(fire =>
        {
            var (here, there) = (screen.Time(fire), Times.Local(fire, rules));
            return here == there ? here : $"{here}  ({there} in {zone})";
        });
        if (fires.Count > 0)
        {
            screen.Part("next", string.Join('\n', lines));
        }
    }
}
