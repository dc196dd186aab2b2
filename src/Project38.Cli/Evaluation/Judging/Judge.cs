using System.Text;
using System.Text.RegularExpressions;
using Project38.Cli.Evaluation.Corpus;
using Project38.Cli.Output;

namespace Project38.Cli.Evaluation.Judging;

/// <summary>Compares what an agent did with what its brief expects.</summary>
internal sealed class Judge
{
    private readonly Brief _brief;
    private readonly Seen _seen;
    private readonly List<Fault> _faults = [];

    private Judge(Brief brief, Seen seen)
    {
        _brief = brief;
        _seen = seen;
    }

    /// <summary>All that is not as expected; none: it is right.</summary>
    public static IReadOnlyList<Fault> Of(Brief brief, Seen seen)
    {
        var judge = new Judge(brief, seen);
        judge.Runs();
        judge.Files();
        judge.Posts();
        judge.Schedule();
        return judge._faults;
    }

    private void Runs()
    {
        foreach (var (index, expected) in _brief.Expect.Runs.Index())
        {
            var run = $"run {index + 1}";
            if (index >= _seen.Runs.Count)
            {
                Add("status", $"{run}: did not take place");
                continue;
            }
            var seen = _seen.Runs[index];
            if (!expected.Status.Contains(seen.Status))
            {
                Add("status", $"{run}: {string.Join('|', expected.Status)} expected, was {seen.Status}{Why(seen)}");
            }
            if (!expected.Notifications.Holds(seen.Notifications.Count))
            {
                Add(
                    "notifications",
                    $"{run}: {expected.Notifications} expected, were {seen.Notifications.Count}{Said(seen)}"
                );
            }
            var text = PlainText.Of(string.Join('\n', seen.Notifications));
            foreach (var pattern in expected.Matches.Where(pattern => !Found(pattern, text)))
            {
                Add("text", $"{run}: /{pattern}/ is not in its messages{Said(seen)}");
            }
            foreach (var pattern in expected.Not.Where(pattern => Found(pattern, text)))
            {
                Add("text", $"{run}: /{pattern}/ should not be in its messages{Said(seen)}");
            }
        }
    }

    private void Files()
    {
        foreach (var line in _brief.Expect.Files)
        {
            var texts = _seen
                .Files.Where(file => line.Glob.Fits(file.Key))
                .Select(file => PlainText.Of(Encoding.UTF8.GetString(file.Value)))
                .ToList();
            if (!line.Count.Holds(texts.Count))
            {
                Add("files", $"{line.Count} '{line.Glob.Text}' expected, of {List(_seen.Files.Keys)}");
            }
            else if (line.Matches.Count > 0 && !texts.Any(text => line.Matches.All(one => Found(one, text))))
            {
                Add("files", $"no '{line.Glob.Text}' matches {Patterns(line.Matches)}");
            }
            foreach (var pattern in line.Not.Where(pattern => texts.Any(text => Found(pattern, text))))
            {
                Add("files", $"'{line.Glob.Text}' should not match /{pattern}/");
            }
        }
    }

    private void Posts()
    {
        foreach (var line in _brief.Expect.Posts)
        {
            var bodies = _seen
                .Posts.Where(post => post.Path == line.Path)
                .Select(post => PlainText.Of(PlainJson.Of(post.Body) ?? post.Body))
                .ToList();
            if (line.Count is { } count ? !count.Holds(bodies.Count) : bodies.Count == 0)
            {
                Add("posts", $"{line.Count?.ToString() ?? "1 or more"} to {line.Path} expected, were {bodies.Count}");
            }
            if (line.Matches.Count > 0 && !bodies.Any(body => line.Matches.All(one => Found(one, body))))
            {
                Add("posts", $"no body to {line.Path} matches {Patterns(line.Matches)}: {List(bodies)}");
            }
            foreach (var pattern in line.Not.Where(pattern => bodies.Any(body => Found(pattern, body))))
            {
                Add("posts", $"a body to {line.Path} should not match /{pattern}/");
            }
        }
    }

    private void Schedule()
    {
        if (_brief.Expect.Schedule is not { } expected)
        {
            return;
        }
        var seen = _seen.Schedule is null ? null : CronSets.Parse(_seen.Schedule);
        if (seen is null || !expected.Cron.Any(one => one.IsSame(seen)))
        {
            Add(
                "schedule",
                $"'{string.Join("' or '", expected.Cron.Select(one => one.Text))}' expected, is '{_seen.Schedule ?? "none"}'"
            );
        }
        if (expected.Timezone is { } zone && !IsSameZone(zone, _seen.Timezone))
        {
            Add("schedule", $"the zone {zone} expected, is {_seen.Timezone ?? "none"}");
        }
    }

    private static bool IsSameZone(string expected, string? seen) =>
        expected.Equals(seen, StringComparison.OrdinalIgnoreCase)
        || (
            seen is not null
            && TimeZoneInfo.TryFindSystemTimeZoneById(expected, out var one)
            && TimeZoneInfo.TryFindSystemTimeZoneById(seen, out var other)
            && one.HasSameRules(other)
        );

    private bool Found(Pattern pattern, string text)
    {
        try
        {
            return pattern.IsIn(text);
        }
        catch (RegexMatchTimeoutException)
        {
            Add("text", $"/{pattern}/ took too long; write it simpler");
            return false;
        }
    }

    private void Add(string kind, string message) => _faults.Add(new Fault(kind, message));

    private static string Why(SeenRun run) => run.Error is { } error ? $": {Cut(error)}" : "";

    private static string Said(SeenRun run) =>
        run.Notifications.Count == 0 ? "" : $": {Cut(string.Join(" / ", run.Notifications))}";

    private static string Patterns(IReadOnlyList<Pattern> patterns) =>
        string.Join(" and ", patterns.Select(pattern => $"/{pattern}/"));

    private static string List(IEnumerable<string> all) =>
        Cut(string.Join(", ", all) is { Length: > 0 } some ? some : "none");

    private static string Cut(string text) => OneLine.Of(text, 300);
}
