namespace Project38.Sandbox;

/// <summary>What a probe of this machine found: the level, and each fact it rests on.</summary>
/// <param name="Level">The strongest level that works here and is allowed; below the least that is, nothing runs.</param>
/// <param name="Facts">What was tried, in order.</param>
public sealed record SandboxReport(SandboxLevel Level, IReadOnlyList<SandboxFact> Facts);

/// <summary>One thing the probe tried.</summary>
/// <param name="Name">Short name, for example <c>bubblewrap</c> or <c>memory limit</c>.</param>
/// <param name="Works">Whether it worked when tried; never a guess from a version.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Advice">What to do to make it work; null when it does.</param>
public sealed record SandboxFact(string Name, bool Works, string Detail, string? Advice);
