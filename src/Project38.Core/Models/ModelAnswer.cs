using System.Text.Json;

namespace Project38.Core.Models;

/// <summary>How a question to a model ended, and what it cost.</summary>
public abstract record ModelAnswer
{
    private ModelAnswer() { }

    /// <summary>The model that was asked.</summary>
    public required string Model { get; init; }

    /// <summary>The tokens of the call, as the provider counted them.</summary>
    public required TokenUsage Usage { get; init; }

    /// <summary>What the call cost, in USD, unrounded.</summary>
    /// <remarks>Where the provider never said what was used, the most it could have been.</remarks>
    public required decimal Cost { get; init; }

    /// <summary>An object of the schema's kind.</summary>
    /// <param name="Value">It.</param>
    /// <param name="Text">As the model wrote it.</param>
    public sealed record Answered(JsonElement Value, string Text) : ModelAnswer;

    /// <summary>There is no answer.</summary>
    /// <param name="Failure">Why.</param>
    /// <param name="Message">For the user: what, why, what to do.</param>
    public sealed record Failed(ModelFailure Failure, string Message) : ModelAnswer;
}

/// <summary>Why a model did not answer.</summary>
public enum ModelFailure
{
    /// <summary>There is no key.</summary>
    NoKey,

    /// <summary>The provider does not take the key.</summary>
    KeyRejected,

    /// <summary>Nobody knows what the model costs, and it was not allowed by name.</summary>
    NoPrice,

    /// <summary>The call could have passed the ceiling.</summary>
    CeilingReached,

    /// <summary>The provider has no such model.</summary>
    NoSuchModel,

    /// <summary>The provider calls the request wrong.</summary>
    RequestRejected,

    /// <summary>The provider is busy or broken, or asks to wait longer than is waited.</summary>
    Unavailable,

    /// <summary>The provider cannot be reached, or the connection broke off before the answer was whole.</summary>
    ConnectionLost,

    /// <summary>It took longer than it may.</summary>
    TimedOut,

    /// <summary>The model refused.</summary>
    Refused,

    /// <summary>The answer reached the limit of its length.</summary>
    CutOff,

    /// <summary>The answer is no JSON object.</summary>
    NoObject,
}
