namespace Project38.Core.Agents.Risks;

/// <summary>The three risks in plain words.</summary>
public static class RiskWords
{
    /// <summary>What a door adds that can be asked again.</summary>
    public const string HowToSayYes =
        "Only a person's yes lets it: once somebody has said it, send the same request with \"accept_risks\": true "
        + "(p38: --accept-risks).";

    private const int MostNames = 4;

    // All, as a rule: one more is why it is asked again. Of so many that nobody reads them, how many there are.
    private const int MostPlaces = 30;

    /// <summary>What a person is to say yes to: a few sentences, without a question mark.</summary>
    /// <param name="held">All three.</param>
    public static string Question(HeldRisks held) =>
        $"This agent would read private data ({Names(held.PrivateData)}), read what strangers wrote "
        + $"({Names(held.UntrustedContent)}), and could send it out ({Names(held.WayOut)}). What it reads there could talk it into "
        + $"sending your files away.{Where(held.Places)}";

    /// <summary>Why a run of it did not begin, and what to do.</summary>
    public static string NotRun(long agentId, HeldRisks held) =>
        $"{Question(held)} Nobody has said yes to that, so its program was not started. To let it: p38 resume {agentId}. Or take "
        + $"a tool from it by its config: p38 config {agentId} 'tools=[…]', and p38 resume {agentId} then.";

    private static string Where(IReadOnlyList<string> places) =>
        places.Count == 0 ? "" : $" It would do so with: {Names(places, MostPlaces)}.";

    private static string Names(IReadOnlyList<string> names, int most = MostNames) =>
        names.Count <= most
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(most - 1))} and {names.Count - most + 1} more";
}
