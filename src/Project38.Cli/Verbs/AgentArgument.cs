using System.CommandLine;
using Project38.Cli.Completion;

namespace Project38.Cli.Verbs;

/// <summary>An agent, as every verb takes it: by number or by name.</summary>
internal static class AgentArgument
{
    /// <summary>One that must be given.</summary>
    public static Argument<string> Create() =>
        new("agent") { Description = "Number or name", CompletionSources = { RunningAgents.Complete } };

    /// <summary>One that may be left out.</summary>
    /// <param name="without">What that means, for example <c>all agents by default</c>.</param>
    public static Argument<string?> Optional(string without) =>
        new("agent")
        {
            Description = $"Number or name; {without}",
            Arity = ArgumentArity.ZeroOrOne,
            CompletionSources = { RunningAgents.Complete },
        };
}
