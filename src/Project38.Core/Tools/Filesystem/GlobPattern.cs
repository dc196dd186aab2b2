namespace Project38.Core.Tools.Filesystem;

/// <summary>
/// A pattern over paths: <c>*</c> and <c>?</c> within a name, <c>**</c> for any number of folders. No pattern takes
/// longer than its length times the path's.
/// </summary>
internal sealed class GlobPattern
{
    private readonly string[] _parts;

    /// <summary>Takes a pattern apart.</summary>
    /// <exception cref="FileRefusedException">No path here matches it.</exception>
    public GlobPattern(string pattern) => _parts = WorkspacePath.Parse(pattern);

    /// <summary>Whether a path matches.</summary>
    public bool Matches(string path)
    {
        // open[i]: the first i parts of the pattern match the names seen so far.
        var open = new bool[_parts.Length + 1];
        open[0] = true;
        Skip(open);
        foreach (var name in path.Split('/'))
        {
            var next = new bool[open.Length];
            for (var i = 0; i < _parts.Length; i++)
            {
                if (!open[i])
                {
                    continue;
                }

                if (_parts[i] == "**")
                {
                    next[i] = true;
                }
                else if (MatchesName(_parts[i], name))
                {
                    next[i + 1] = true;
                }
            }

            open = next;
            Skip(open);
        }

        return open[^1];
    }

    private void Skip(bool[] open)
    {
        for (var i = 0; i < _parts.Length; i++)
        {
            open[i + 1] |= open[i] && _parts[i] == "**";
        }
    }

    // Going back to the last star only: quadratic at worst, where a regular expression may be exponential.
    private static bool MatchesName(string pattern, string name)
    {
        var (p, n, star, mark) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, mark) = (p++, n);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
            {
                (p, n) = (p + 1, n + 1);
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }
}
