namespace Project38.Cli.Evaluation.Corpus;

/// <summary>All that is wrong with a corpus: each with its file, its key, and what was expected there.</summary>
internal sealed class Problems
{
    private readonly List<string> _all = [];

    /// <summary>In the order they were found.</summary>
    public IReadOnlyList<string> All => _all;

    /// <summary>Adds one.</summary>
    /// <param name="at">File and key, for example <c>003-x.json: world[0].path</c>.</param>
    /// <param name="what">What is there, and what was expected.</param>
    public void Add(string at, string what) => _all.Add($"{at}: {what}");
}
