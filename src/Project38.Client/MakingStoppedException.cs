using Project38.Contracts;

namespace Project38.Client;

/// <summary>A creation or an edit was cancelled here, and the server was told to stop it.</summary>
/// <param name="state">What the server had come to; null when it did not say.</param>
/// <param name="cancellationToken">What cancelled it.</param>
public sealed class MakingStoppedException(GenerationResponse? state, CancellationToken cancellationToken)
    : OperationCanceledException("The making was stopped.", cancellationToken)
{
    /// <summary>What the server had come to, an agent perhaps; null when it did not say.</summary>
    public GenerationResponse? State { get; } = state;
}
