using Project38.Contracts;

namespace Project38.Cli.Output;

/// <summary>What was tried on a machine, for people.</summary>
internal static class Facts
{
    /// <summary>Shows one, with what to do where it does not work.</summary>
    public static void Show(Screen screen, FactResponse fact)
    {
        var advice = fact.Advice is null ? "" : $"\n{fact.Advice}";
        screen.Part(fact.Name, $"{(fact.Works ? "ok  " : "no  ")}{fact.Detail}{advice}", good: fact.Works);
    }
}
