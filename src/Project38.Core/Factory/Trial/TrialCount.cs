using System.Text.Json;

namespace Project38.Core.Factory.Trial;

/// <summary>Counts a trial by the events of its tool session. What does not add up is a failure, never a pass.</summary>
internal sealed class TrialCount
{
    private const int MaxMessage = 4_000;

    private readonly List<TrialFailure> _failures = [];
    private readonly HashSet<string> _ended = [];
    private HashSet<string>? _collected;

    /// <summary>Whether the session said that it had come to its end.</summary>
    public bool Finished { get; private set; }

    /// <summary>Tests found.</summary>
    public int Collected => _collected?.Count ?? 0;

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => [.. _collected ?? []];

    /// <summary>Tests that passed.</summary>
    public int Passed { get; private set; }

    /// <summary>All else.</summary>
    public IReadOnlyList<TrialFailure> Failures => _failures;

    /// <summary>Counts all events of a trial that has ended.</summary>
    public static TrialCount Of(IEnumerable<JsonElement> events)
    {
        var count = new TrialCount();
        foreach (var said in events.TakeWhile(_ => !count.Finished))
        {
            count.Add(said);
        }
        foreach (var test in (count._collected ?? []).Where(test => !count._ended.Contains(test)))
        {
            count.Fail(test, "error", "It was found, and never came to its end.");
        }
        return count;
    }

    private void Add(JsonElement said)
    {
        switch (TrialEvent.Text(said, "event"))
        {
            case "collected" when _collected is null:
                Collect(said);
                break;
            case "test":
                End(
                    TrialEvent.Text(said, "test") ?? "",
                    TrialEvent.Text(said, "outcome"),
                    TrialEvent.Text(said, "message") ?? ""
                );
                break;
            case "finished":
                Finished = true;
                break;
            default:
                Fail("", "error", "The trial said something that no trial says at that point.");
                break;
        }
    }

    private void Collect(JsonElement said)
    {
        _collected = [];
        foreach (var name in TrialEvent.Texts(said, "tests"))
        {
            if (!_collected.Add(name))
            {
                Fail(name, "error", "It was found twice.");
            }
        }
    }

    private void End(string test, string? outcome, string message)
    {
        if (!_ended.Add(test))
        {
            Fail(test, "error", "It came to its end twice.");
        }
        else if (outcome is "failed" or "skipped" or "error")
        {
            Fail(test, outcome, message);
        }
        else if (outcome != "passed" || _collected?.Contains(test) != true)
        {
            Fail(test, "error", "It ended without having been found.");
        }
        else
        {
            Passed++;
        }
    }

    private void Fail(string test, string outcome, string message) =>
        _failures.Add(new TrialFailure(test, outcome, message.Length <= MaxMessage ? message : message[^MaxMessage..]));
}
