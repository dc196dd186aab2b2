using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>What may stand in the fields that people write.</summary>
public static class AgentFields
{
    /// <summary>1 to 255 characters of <see cref="LineText"/>, and no number: a number is another agent's own.</summary>
    public static IReadOnlyList<FieldError> Name(string name) =>
        long.TryParse(name, out _)
            ?
            [
                new FieldError(
                    "name",
                    $"'name' is {name.Trim()}, but agents are called by number too. Add a word to it."
                ),
            ]
            : Line("name", name);

    /// <summary>1 to <see cref="Agent.MaxDescription"/> characters; a brief needs 10, but an imported program has none.</summary>
    public static IReadOnlyList<FieldError> Description(string description) =>
        Filled("description", description, Agent.MaxDescription);

    /// <summary>1 to 255 characters of <see cref="LineText"/>.</summary>
    public static IReadOnlyList<FieldError> CreatedBy(string createdBy) => Line("created_by", createdBy);

    private static IReadOnlyList<FieldError> Line(string field, string text) =>
        LineText.FirstWrong(text) is { } wrong
            ? [new FieldError(field, $"'{field}' holds {wrong}, which no line of text shows. Leave it out.")]
            : Filled(field, text, 255);

    private static IReadOnlyList<FieldError> Filled(string field, string text, int most)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return [new FieldError(field, $"'{field}' is empty. Write 1 to {most} characters.")];
        }
        // As the databases count, and as people do: an emoji is one character, though .NET holds it as two.
        var length = text.EnumerateRunes().Count();
        return length <= most
            ? []
            : [new FieldError(field, $"'{field}' has {length} characters. Write at most {most}.")];
    }
}

/// <summary>Which status a person may give an agent.</summary>
internal static class AgentStatuses
{
    /// <summary>Why an agent may not go from one status to another; null when it may.</summary>
    public static string? WhyNot(AgentStatus from, AgentStatus to)
    {
        if (from == to)
        {
            return null;
        }
        if (from == AgentStatus.Draft)
        {
            return "This agent is a draft: it has not passed its checks and its trial. Give it a program that does.";
        }
        return to is AgentStatus.Draft or AgentStatus.Error
            ? "Only the platform gives this status. Use 'active', 'paused' or 'stopped'."
            : null;
    }
}
