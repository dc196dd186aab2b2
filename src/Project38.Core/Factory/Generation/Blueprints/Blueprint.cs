using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>A parameterised agent that serves a brief without any model: what it reads out of a sentence.</summary>
/// <remarks>
/// A blueprint takes what it understands out of the sentence; a word that nobody took is a leftover, and a sentence
/// with leftovers is refused. So a blueprint must take a word only where it knows what the word means there.
/// </remarks>
internal abstract class Blueprint
{
    /// <summary>Its folder's name, for example <c>table-total</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in half a sentence.</summary>
    public abstract string Does(Language language);

    /// <summary>A sentence that it serves.</summary>
    public abstract string Example(Language language);

    /// <summary>Reads a sentence; null: it does not speak of this at all.</summary>
    public abstract BlueprintReading? Read(Sentence sentence, TimeReader times);

    /// <summary>The addresses its agent asks, in the order in which it tries them; one that answers is enough.</summary>
    /// <param name="config">The agent's whole config.</param>
    public virtual IReadOnlyList<LiveSource> Sources(JsonObject config) => [.. LiveSource.Of(config, "url")];

    /// <summary>The config key for a source of the user's own beside the public ones; null: it has no public ones.</summary>
    public virtual string? OwnSource => null;
}

/// <summary>What a blueprint made of a sentence.</summary>
internal sealed record BlueprintReading
{
    /// <summary>The blueprint's name.</summary>
    public required string Blueprint { get; init; }

    /// <summary>The words that nothing accounts for, as the user wrote them.</summary>
    public required IReadOnlyList<string> Leftovers { get; init; }

    /// <summary>What is missing or cannot be, each with what to say instead.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>The agent's name; empty when there are problems.</summary>
    public string AgentName { get; init; } = "";

    /// <summary>What will be done, when, with what.</summary>
    public string Understood { get; init; } = "";

    /// <summary>The agent's own config, without the schedule.</summary>
    public JsonObject Config { get; init; } = [];

    /// <summary>When it is due.</summary>
    public When? When { get; init; }

    /// <summary>Whether it serves the sentence as it stands.</summary>
    public bool Serves => Leftovers.Count == 0 && Problems.Count == 0;
}
