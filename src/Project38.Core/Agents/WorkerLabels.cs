namespace Project38.Core.Agents;

/// <summary>What a worker is labelled with, and an agent asks of its worker: a GPU, a region.</summary>
public static class WorkerLabels
{
    /// <summary>The most labels of one agent or worker.</summary>
    public const int Most = 10;

    /// <summary>How a label is written, for a person.</summary>
    public const string Form = "each 1 to 40 of a-z, 0-9 and '-'";

    /// <summary>Whether a text is a label.</summary>
    public static bool IsOne(string text) =>
        text.Length is >= 1 and <= 40
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
