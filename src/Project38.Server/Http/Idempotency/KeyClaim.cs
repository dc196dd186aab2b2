using Project38.Core.Storage;

namespace Project38.Server.Http.Idempotency;

/// <summary>What came of asking to answer a request with a key.</summary>
internal abstract record KeyClaim
{
    private KeyClaim() { }

    /// <summary>Nobody answered it yet: it is ours to answer.</summary>
    /// <param name="Holder">Names this claim.</param>
    public sealed record Ours(string Holder) : KeyClaim;

    /// <summary>It was answered before.</summary>
    public sealed record Answered(KeyedRequest Request) : KeyClaim;

    /// <summary>It is being answered now.</summary>
    public sealed record Busy : KeyClaim;

    /// <summary>The key was used for another request.</summary>
    public sealed record Other : KeyClaim;
}
