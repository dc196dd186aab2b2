using System.Text.Json.Nodes;

namespace Project38.Testing;

/// <summary>What a stand-in of a provider answers to one request; each says it in its provider's own way.</summary>
public record ModelReply
{
    /// <summary>The text of the answer.</summary>
    public string Text { get; init; } = "{}";

    public ReplyEnd End { get; init; }

    /// <summary>Tokens of the prompt that no cache had.</summary>
    public long Input { get; init; } = 1000;

    /// <summary>Tokens written, thinking included.</summary>
    public long Output { get; init; } = 500;

    /// <summary>How many of <see cref="Output"/> were thinking.</summary>
    public long Thinking { get; init; }

    public long CacheRead { get; init; }

    /// <summary>Other than 200: an error of this kind.</summary>
    public int Status { get; init; } = 200;

    /// <summary>In seconds, for an error.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>What an error says.</summary>
    public string Error { get; init; } = "No.";

    /// <summary>Reset the connection in the middle of the answer. What was sent before may be lost too.</summary>
    public bool Breaks { get; init; }

    /// <summary>Answer only when <see cref="ModelStandIn.GoOn"/> is called.</summary>
    public bool Waits { get; init; }

    /// <summary>End a streamed answer in the middle, without a word.</summary>
    public bool EndsEarly { get; init; }

    /// <summary>Never answer.</summary>
    public bool Hangs { get; init; }

    /// <summary>Never end a streamed answer.</summary>
    public bool HangsInStream { get; init; }

    /// <summary>Say an error in the middle of the stream.</summary>
    public bool FailsInStream { get; init; }

    /// <summary>Answer with this instead, whatever it is.</summary>
    public string? Raw { get; init; }
}

/// <summary>How an answer ends.</summary>
public enum ReplyEnd
{
    /// <summary>It is whole.</summary>
    Done,

    /// <summary>The model will not.</summary>
    Refused,

    /// <summary>It reached the limit of its length.</summary>
    CutOff,
}

/// <summary>What a stand-in was asked.</summary>
/// <param name="Path">Of the address.</param>
/// <param name="Body">The request.</param>
/// <param name="Key">What stood behind <c>Bearer</c>.</param>
public sealed record ModelRequest(string Path, JsonNode Body, string? Key);
