namespace Project38.Cli.Evaluation.Corpus;

/// <summary>All that is wrong with a corpus: each with its file, its key, and what was expected there.</summary>
internal sealed class Problems
{
    private readonly List<string> _all = [];
    private readonly List<(string At, int Length)> _lists = [];

    /// <summary>In the order they were found.</summary>
    public IReadOnlyList<string> All => _all;

    /// <summary>Adds one.</summary>
    /// <param name="at">File and key, for example <c>003-x.json: world[0].path</c>.</param>
    /// <param name="what">What is there, and what was expected.</param>
    public void Add(string at, string what) => _all.Add($"{at}: {what}");

    /// <summary>Notes a list by runs that has another length than there are runs.</summary>
    /// <param name="at">File and key.</param>
    /// <param name="length">Its length.</param>
    public void AddList(string at, int length) => _lists.Add((at, length));

    /// <summary>Ends a brief: where several lists agree with each other, it is the number of runs that is wrong, once.</summary>
    /// <param name="file">The brief's file.</param>
    /// <param name="runs">How many there are.</param>
    public void EndLists(string file, int runs)
    {
        foreach (var same in _lists.GroupBy(list => list.Length, list => list.At[(file.Length + 2)..]))
        {
            if (same.Count() == 1)
            {
                Add($"{file}: {same.Single()}", $"has {same.Key} entries, and should have one for each of {runs} runs");
            }
            else
            {
                var names = string.Join(", ", same);
                Add($"{file}.runs", $"is {runs}, and {names} have {same.Key} entries each; make them agree");
            }
        }
        _lists.Clear();
    }
}
