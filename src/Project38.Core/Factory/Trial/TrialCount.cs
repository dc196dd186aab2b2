using System.Text.Json;
using Project38.Core.Tools.Sessions;

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
    public static TrialCount Of(IEnumerable<ReservedMessage> messages)
    {
        var count = new TrialCount();
        foreach (var message in messages.Where(message => message.Method == ReservedMethods.Trial))
        {
            if (count.Finished)
            {
                break;
            }
            count.Add(message.Parameters);
        }
        foreach (var test in (count._collected ?? []).Where(test => !count._ended.Contains(test)))
        {
            count.Fail(test, "error", "It was found, and never came to its end.");
        }
        return count;
    }

    private void Add(JsonElement said)
    {
        switch (Text(said, "event"))
        {
            case "collected" when _collected is null:
                Collect(said);
                break;
            case "test":
                End(Text(said, "test") ?? "", Text(said, "outcome"), Text(said, "message") ?? "");
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
        if (said.TryGetProperty("tests", out var tests) && tests.ValueKind == JsonValueKind.Array)
        {
            foreach (var test in tests.EnumerateArray())
            {
                var name = test.ValueKind == JsonValueKind.String ? test.GetString()! : "";
                if (!_collected.Add(name))
                {
                    Fail(name, "error", "It was found twice.");
                }
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

    private static string? Text(JsonElement said, string name) =>
        said.ValueKind == JsonValueKind.Object
        && said.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
