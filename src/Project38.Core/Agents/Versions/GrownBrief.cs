namespace Project38.Core.Agents.Versions;

/// <summary>A brief that grows by what is wished later, so that the next change knows all of it.</summary>
public static class GrownBrief
{
    /// <summary>The brief, then the wish as a sentence of its own.</summary>
    public static string Of(string brief, string wish)
    {
        var before = brief.TrimEnd();
        return before is [.., '.' or '!' or '?' or ':' or ';' or '…']
            ? $"{before} {wish.Trim()}"
            : $"{before}. {wish.Trim()}";
    }
}
