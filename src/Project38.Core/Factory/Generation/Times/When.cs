namespace Project38.Core.Factory.Generation.Times;

/// <summary>When an agent is due, as a sentence said it.</summary>
/// <param name="Cron">Cron, 5 fields, or 6 with seconds.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="Once">One time only: cron has no year, so the agent must not act a second time.</param>
/// <param name="English">How to say it, without the zone.</param>
/// <param name="Hebrew">The same in Hebrew.</param>
internal sealed record When(string Cron, string TimeZone, bool Once, string English, string Hebrew);

/// <summary>What a sentence says about time: nothing, something, or something that cannot be.</summary>
/// <param name="When">Null when it says nothing, and when there are problems.</param>
/// <param name="Problems">What cannot be, and what to say instead, in the sentence's language.</param>
/// <param name="Zone">The zone it names, else the user's own.</param>
internal sealed record TimeReading(When? When, IReadOnlyList<string> Problems, string Zone);
