namespace Project38.Contracts;

/// <summary>The token of the API, as <c>p38 token</c> has it.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Token">The token; null where only its place was asked for.</param>
public sealed record TokenResponse(string Path, string? Token);
