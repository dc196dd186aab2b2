using Project38.Sandbox.Running;

namespace Project38.Sandbox.Probing;

/// <summary>What a probe came to.</summary>
/// <param name="Report">For people.</param>
/// <param name="Containment">For runs; null when nothing works.</param>
internal sealed record SandboxFinding(SandboxReport Report, Containment? Containment)
{
    /// <summary>Why nothing is run, and what to do about it.</summary>
    public string Refusal(SandboxLevel wanted)
    {
        var failed = Report
            .Facts.Where(fact => !fact.Works)
            .Select(fact => $"{fact.Name}: {fact.Detail} {fact.Advice}");
        return $"This machine contains a program at level '{Name(Report.Level)}', and '{Name(wanted)}' is the least. {string.Join(" ", failed)}";
    }

    // As settings and options have it.
    private static string Name(SandboxLevel level) =>
        level switch
        {
            SandboxLevel.NoCgroup => "no-cgroup",
            _ => level.ToString().ToLowerInvariant(),
        };
}
