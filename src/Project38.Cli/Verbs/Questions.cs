using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary>What has to be known before anything is written, and how to say it again.</summary>
internal static class Questions
{
    /// <summary>Shows them.</summary>
    /// <param name="screen">Where to.</param>
    /// <param name="problem">What the server said; it has questions.</param>
    /// <param name="command">What was called, without what was said.</param>
    /// <param name="said">The sentence or the wish.</param>
    public static void Show(Screen screen, ProblemResponse problem, string command, string said)
    {
        var questions = problem.Questions!;
        screen.Line(
            questions.Count == 1 ? "Before it is written, one question:" : "Before it is written, some questions:"
        );
        foreach (var (at, question) in questions.Index())
        {
            screen.Line($"  {at + 1}. {question}");
        }

        screen.Line();
        if (problem is { GenerationCost: { } cost, TokensUsed: { } tokens })
        {
            screen.Line($"The models cost {Spent.Usd(cost)} ({Spent.Tokens(tokens)}).");
        }
        screen.Line("Nothing was made yet. Say it again, with the answers added:");
        screen.Line($"  {command} \"{said.TrimEnd().TrimEnd('.')}. …\"");
    }
}
