using System.Text.RegularExpressions;
using Project38.Cli.Verbs;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>Reads a folder of briefs, <c>NNN-slug.json</c>, or one file.</summary>
internal static partial class CorpusFolder
{
    /// <summary>All briefs, by the names of their files.</summary>
    /// <param name="path">The folder, or one file.</param>
    /// <param name="only">Globs over ids and names of files; empty: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CliException">There is none, or one is not understood; all problems are named.</exception>
    public static async Task<IReadOnlyList<Brief>> ReadAsync(
        string path,
        IReadOnlyList<Judging.Glob> only,
        CancellationToken cancellationToken
    )
    {
        var problems = new Problems();
        var briefs = new List<Brief>();
        foreach (var file in Files(path))
        {
            var name = Path.GetFileName(file);
            try
            {
                var text = await LocalFile.ReadTextAsync(file, cancellationToken);
                if (BriefReader.Read(name, text, problems) is { } brief)
                {
                    briefs.Add(brief);
                }
            }
            catch (CliException exception)
            {
                problems.Add(name, exception.Message);
            }
        }
        foreach (var same in briefs.GroupBy(brief => brief.Id).Where(same => same.Count() > 1))
        {
            problems.Add(string.Join(", ", same.Select(brief => brief.File)), $"have the same id '{same.Key}'");
        }
        if (problems.All.Count > 0)
        {
            throw new CliException(
                ExitCode.Refused,
                $"The corpus is not understood (docs/evaluation.md has the format):\n{string.Join('\n', problems.All)}"
            );
        }

        IReadOnlyList<Brief> chosen =
            only.Count == 0
                ? briefs
                :
                [
                    .. briefs.Where(brief =>
                        only.Any(glob =>
                            glob.Fits(brief.Id)
                            || glob.Fits(brief.File)
                            || glob.Fits(Path.GetFileNameWithoutExtension(brief.File))
                        )
                    ),
                ];
        return chosen.Count > 0
            ? chosen
            : throw new CliException(
                ExitCode.NotFound,
                $"No brief in '{path}' fits. Briefs are files as 001-name.json."
            );
    }

    private static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }
        if (!Directory.Exists(path))
        {
            throw new CliException(ExitCode.NotFound, $"There is no folder '{path}'.");
        }
        return Directory
            .EnumerateFiles(path, "*.json")
            .Where(file => IsBrief().IsMatch(Path.GetFileName(file)))
            .Order(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^\d+[-_.].*\.json$|^\d+\.json$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IsBrief();
}
