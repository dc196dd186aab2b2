using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 channels</c>: where agents can send to, set up and tried.</summary>
internal static class ChannelsVerb
{
    private const string None = "none";
    private static readonly ContractsJson Json = ContractsJson.Default;

    private static readonly Argument<string> Name = new("name") { Description = "For example my-chat" };
    private static readonly Option<string> Kind = new("--kind")
    {
        Description = "telegram, n8n, webhook, email-smtp or email-sendgrid; needed for a new one",
    };
    private static readonly Option<string[]> Setting = new("--setting")
    {
        Description = "KEY=VALUE, as often as needed; a secret by its name: token_secret=TELEGRAM_TOKEN",
    };
    private static readonly Option<string[]> Unset = new("--unset") { Description = "A setting to take away" };
    private static readonly Option<string> Quiet = new("--quiet-hours")
    {
        Description = "When messages wait, as 22:00-07:00; or none",
    };
    private static readonly Option<string> Digest = new("--digest")
    {
        Description = "Gather messages: every 30m or 2h, or each day at 08:00; or none",
    };
    private static readonly Option<string> Zone = ZoneOption.Create(
        "IANA zone of quiet hours and digest; yours by default"
    );
    private static readonly Option<bool> On = new("--on") { Description = "Switch it on again" };
    private static readonly Option<bool> Off = new("--off") { Description = "Let its messages wait" };
    private static readonly Option<bool> Yes = Confirmation.Yes();

    /// <summary>The verb, with its own.</summary>
    public static Command Create() =>
        new Command("channels", "List where agents can send to, and set it up")
        {
            new Command("set", "Set a channel up, or change what you name of it")
            {
                Name,
                Kind,
                Setting,
                Unset,
                Quiet,
                Digest,
                Zone,
                On,
                Off,
            }.Does(SetAsync),
            new Command("remove", "Take a channel away") { Name, Yes }.Does(RemoveAsync),
            new Command("test", "Send a test now, and show what the peer says") { Name }.Does(TestAsync),
        }.Does(ListAsync);

    private static async Task<int> ListAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var channels = await api.ChannelsAsync(cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(channels, Json.IReadOnlyListChannelResponse);
            return ExitCode.Ok;
        }
        run.Screen.Table(
            ["CHANNEL", "WHAT IT DOES", "WHEN", "STATE"],
            channels.Select(channel =>
                (IReadOnlyList<string>)[channel.Name, channel.Does, WhenOf(channel), StateOf(channel, run.Screen)]
            )
        );
        if (channels.Count == 1)
        {
            run.Screen.Line();
            run.Screen.Line(
                "Set up another: p38 channels set NAME --kind telegram --setting chat_id=… (p38 channels set --help)"
            );
        }
        return ExitCode.Ok;
    }

    private static async Task<int> SetAsync(VerbRun run, CancellationToken cancellationToken)
    {
        Check(run.Get(Name));
        if (run.Get(On) && run.Get(Off))
        {
            throw new CliException(ExitCode.Usage, "--on and --off cannot both be. Leave one out.");
        }
        var set = (run.Get(Setting) ?? []).Select(ConfigArgument.Pair).ToList();
        var api = await run.ConnectAsync(cancellationToken);
        var all = await api.ChannelsAsync(cancellationToken);
        var before = all.FirstOrDefault(one => one.Name == run.Get(Name));
        var kind =
            run.Get(Kind)
            ?? before?.Kind
            ?? throw new CliException(
                ExitCode.Usage,
                $"'{run.Get(Name)}' is a new channel. Say what it is with --kind: telegram, n8n, webhook, email-smtp or "
                    + "email-sendgrid."
            );

        // What a channel of another kind was told means nothing to this one.
        var settings =
            before?.Kind == kind
                ? new Dictionary<string, string>(before.Settings, StringComparer.Ordinal)
                : new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in run.Get(Unset) ?? [])
        {
            settings.Remove(key);
        }
        foreach (var (key, value) in set)
        {
            settings[key] = value;
        }
        var request = new PutChannelRequest
        {
            Kind = kind,
            Settings = settings,
            QuietHours = Changed(run.Get(Quiet), before?.QuietHours),
            Digest = Changed(run.Get(Digest), before?.Digest),
            Timezone = run.Get(Zone) ?? before?.Timezone ?? UserZone.Find(),
            Enabled = run.Get(On) || (!run.Get(Off) && before?.Enabled != false),
        };

        var channel = await PutAsync(api, run.Get(Name), request, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(channel, Json.ChannelResponse);
        }
        else
        {
            run.Screen.Line($"Channel {channel.Name} {channel.Does}.");
            run.Screen.Note($"Try it: p38 channels test {channel.Name}");
        }
        return ExitCode.Ok;
    }

    private static async Task<int> RemoveAsync(VerbRun run, CancellationToken cancellationToken)
    {
        Check(run.Get(Name));
        var api = await run.ConnectAsync(cancellationToken);
        var channel = await FindAsync(api, run.Get(Name), cancellationToken);
        Confirmation.Demand(run, Yes, $"Remove channel '{channel.Name}'?", "Nothing was removed.");

        await api.RemoveChannelAsync(channel.Name, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(channel, Json.ChannelResponse);
        }
        else
        {
            run.Screen.Line($"Channel {channel.Name} is gone. What waited for it stays in the inbox.");
        }
        return ExitCode.Ok;
    }

    private static async Task<int> TestAsync(VerbRun run, CancellationToken cancellationToken)
    {
        Check(run.Get(Name));
        var api = await run.ConnectAsync(cancellationToken);
        var channel = await FindAsync(api, run.Get(Name), cancellationToken);
        var answer = await api.TestChannelAsync(channel.Name, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(answer, Json.ChannelTestResponse);
        }
        else if (answer.Delivered)
        {
            run.Screen.Line($"Channel {channel.Name} works: {answer.Said}");
        }
        else
        {
            run.Screen.Error($"Channel {channel.Name} does not work: {answer.Said}");
        }
        return answer.Delivered ? ExitCode.Ok : ExitCode.Refused;
    }

    private static async Task<ChannelResponse> PutAsync(
        P38Client api,
        string name,
        PutChannelRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await api.PutChannelAsync(name, request, cancellationToken);
        }
        catch (ApiException exception) when (exception.Errors.Count > 0)
        {
            throw exception.Calling(exception.Errors.Keys.ToDictionary(field => field, OptionOf));
        }
    }

    private static string OptionOf(string field) =>
        field.StartsWith("settings.", StringComparison.Ordinal)
            ? $"--setting {field["settings.".Length..]}"
            : $"--{field.Replace('_', '-')}";

    private static string? Changed(string? given, string? before) =>
        given is null ? before
        : given == None ? null
        : given;

    private static async Task<ChannelResponse> FindAsync(
        P38Client api,
        string name,
        CancellationToken cancellationToken
    )
    {
        var channels = await api.ChannelsAsync(cancellationToken);
        if (channels.FirstOrDefault(one => one.Name == name) is { } channel)
        {
            return channel;
        }
        var meant = Nearest.Among(name, channels.Select(one => one.Name));
        throw new CliException(
            ExitCode.NotFound,
            $"There is no channel '{name}'.{(meant.Length > 0 ? meant : " 'p38 channels' shows those there are.")}"
        );
    }

    private static string WhenOf(ChannelResponse channel) =>
        (channel.Digest, channel.QuietHours) switch
        {
            (null, null) => "at once",
            (null, { } quiet) => $"not {quiet} ({channel.Timezone})",
            ({ } digest, null) => $"{EveryOf(digest)} ({channel.Timezone})",
            ({ } digest, { } quiet) => $"{EveryOf(digest)}, not {quiet} ({channel.Timezone})",
        };

    private static string EveryOf(string digest) => digest.Contains(':') ? $"daily at {digest}" : $"every {digest}";

    private static string StateOf(ChannelResponse channel, Screen screen) =>
        !channel.Enabled ? "off"
        : channel.LastError is { } error ? $"fails{SinceOf(channel, screen)}: {error}"
        : "on";

    private static string SinceOf(ChannelResponse channel, Screen screen) =>
        channel.FailingSince is { } since ? $" since {screen.Time(since)}" : "";

    // An address without a name, or with a dot for one, is another route of the API.
    private static void Check(string name)
    {
        if (name.Trim('.').Length == 0)
        {
            throw new CliException(
                ExitCode.Refused,
                $"'{name}' is no name of a channel. Write a small letter, then small letters, digits, '_' and '-': my-chat"
            );
        }
    }
}
