namespace Project38.Contracts;

/// <summary>A file in an agent's workspace.</summary>
/// <param name="Path">Relative to the workspace, with <c>/</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">By the host's clock.</param>
public sealed record FileResponse(string Path, long Size, DateTimeOffset Modified);
