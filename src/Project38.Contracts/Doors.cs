namespace Project38.Contracts;

/// <summary>The token of the API, as <c>p38 token</c> has it.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Token">The token; null where only its place was asked for.</param>
public sealed record TokenResponse(string Path, string? Token);

/// <summary>A named destination of notifications, as <c>p38 channels</c> lists it.</summary>
/// <param name="Name">As agents name it.</param>
/// <param name="Does">What becomes of what is sent there.</param>
public sealed record ChannelResponse(string Name, string Does);
