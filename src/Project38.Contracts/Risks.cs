namespace Project38.Contracts;

/// <summary>One of the three risks that an agent holds, and by what.</summary>
/// <param name="Risk"><c>private_data</c>, <c>untrusted_content</c> or <c>way_out</c>.</param>
/// <param name="By">The tools by which it comes; at least one.</param>
public sealed record RiskResponse(string Risk, IReadOnlyList<string> By);

/// <summary>A person's yes to an agent that holds all three risks.</summary>
/// <param name="By">Who said it.</param>
/// <param name="At">By the database's clock.</param>
public sealed record AcceptedRisksResponse(string By, DateTimeOffset At);
