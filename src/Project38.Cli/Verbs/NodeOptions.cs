using System.CommandLine;

namespace Project38.Cli.Verbs;

/// <summary>What the node of <c>p38 up</c> does: each an option that stands for a variable, and goes before it.</summary>
internal static class NodeOptions
{
    private static readonly IReadOnlyList<(Option<string> Option, string Variable)> All =
    [
        (
            Of("--roles", "ROLES", "What it does beside answering, by comma: worker, scheduler; api for neither"),
            "P38_ROLES"
        ),
        (
            Of("--labels", "LABELS", "What its worker is labelled with, by comma: it runs agents that ask for these"),
            "P38_LABELS"
        ),
        (Of("--slots", "COUNT", "Runs at one time"), "P38_SLOTS"),
    ];

    /// <summary>What <c>up</c> takes.</summary>
    public static IEnumerable<Option> Options => All.Select(one => one.Option);

    /// <summary>The variables that the options stand for, of those that were given.</summary>
    public static IReadOnlyDictionary<string, string> Given(VerbRun run) =>
        All.Select(one => (one.Variable, Value: run.Get(one.Option)))
            .Where(one => one.Value is not null)
            .ToDictionary(one => one.Variable, one => one.Value!);

    private static Option<string> Of(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
