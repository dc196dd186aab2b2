using System.CommandLine;
using Project38.Cli.Output;
using Project38.Cli.Verbs;

namespace Project38.Cli;

/// <summary>The <c>p38</c> command: its verbs, and what holds for all of them.</summary>
internal static class CommandLine
{
    /// <summary>Standard output carries JSON in the API's shape, and nothing else.</summary>
    public static Option<bool> Json { get; } =
        new("--json") { Description = "Write the result as JSON, in the API's shape", Recursive = true };

    /// <summary>No progress, no notes.</summary>
    public static Option<bool> Quiet { get; } =
        new("--quiet", "-q") { Description = "Say only results and errors", Recursive = true };

    /// <summary>Where a command line writes.</summary>
    public static Screen ScreenOf(ParseResult parsed) =>
        new(Console.Out, Console.Error, parsed.GetValue(Json), parsed.GetValue(Quiet));

    /// <summary>How long <c>up</c> may drain; every other verb ends at once when it is told to.</summary>
    public static TimeSpan StopLimit { get; } = TimeSpan.FromSeconds(120);

    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        // What is not UTF-8 has become this character, and an agent would be made of a text that nobody wrote.
        if (arguments.FirstOrDefault(argument => argument.Contains('\uFFFD')) is { } garbled)
        {
            var plain = new Screen(Console.Out, Console.Error, arguments.Contains(Json.Name));
            plain.Error($"'{garbled}' is not UTF-8 text. Write it in UTF-8.");
            return ExitCode.Usage;
        }

        // Without response files, which would swallow '@FILE' of --config, '@daily', and sentences that begin with '@'.
        var parsed = Create().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (WrongUsage.Of(parsed, arguments) is { } wrong)
        {
            ScreenOf(parsed).Error(wrong);
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopLimit }
        );
    }

    /// <summary>All verbs.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand(
            $"Describe an agent in a sentence; it is written, proved, scheduled and run.\n\n{ExitCode.Help}"
        )
        {
            CreateVerb.Create(),
            ListVerb.Create(),
            ShowVerb.Create(),
            RunVerb.Create(),
            RetryVerb.Create(),
            CancelVerb.Create(),
            TasksVerb.Create(),
            LogsVerb.Create(),
            InboxVerb.Create(),
            ApprovalsVerb.Create(),
            ReplayVerb.Create(),
            BacktestVerb.Create(),
            ChannelsVerb.Create(),
            ToolServersVerb.Create(),
            FilesVerb.Create(),
            ImportVerb.Create(),
            CheckVerb.Create(),
            ScheduleVerb.Create(),
            HookVerb.Create(),
            ConfigVerb.Create(),
            HandoffVerb.Create(),
            EditVerb.Create(),
            VersionsVerb.Create(),
            DiffVerb.Create(),
            RollbackVerbs.Rollback(),
            RollbackVerbs.Activate(),
            StatusVerbs.Pause(),
            StatusVerbs.Resume(),
            DeleteVerb.Create(),
            UsageVerb.Create(),
            SecretsVerb.Create(),
            PythonVerb.Create(),
            TokenVerb.Create(),
            McpVerb.Create(),
            EvalVerb.Create(),
            DoctorVerb.Create(),
            SandboxVerb.Create(),
            UpVerb.Create(),
            CompletionVerbs.Completion(),
            CompletionVerbs.Complete(),
            ManVerb.Create(),
        };
        root.Options.Add(Json);
        root.Options.Add(Quiet);
        return root;
    }
}
