namespace Project38.Sandbox.Running;

/// <summary>The processes of one run, whichever way they were started.</summary>
/// <remarks>Disposing it lets go of them, when all of them are gone.</remarks>
internal interface IRunBody : IDisposable
{
    /// <summary>How they were started.</summary>
    SandboxStart Start { get; }

    /// <summary>Where they can write; null where nobody can look. Disposing them lets go of it as well.</summary>
    RunSpace? Space { get; }

    /// <summary>Completes when the first of them is gone. Nothing polls, and no thread waits.</summary>
    Task GoneAsync();

    /// <summary>How the program ended. Asked for once all of them are gone.</summary>
    Task<ProgramEnd> EndAsync();

    /// <summary>Ends them. Where there is a cgroup, it ends all that is in it as well.</summary>
    /// <param name="hasCgroup">Whether there is one.</param>
    /// <param name="completion">Completes when the run is over.</param>
    Task KillAsync(bool hasCgroup, Task completion);
}

/// <summary>How a program ended, as the first process of its sandbox saw it.</summary>
internal abstract record ProgramEnd
{
    private ProgramEnd() { }

    /// <summary>The kernel's calls that it asked for in vain, where somebody notes them.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>By itself.</summary>
    public sealed record Exited(int Code) : ProgramEnd;

    /// <summary>By a signal.</summary>
    public sealed record Signalled(int Signal) : ProgramEnd;

    /// <summary>It never ran.</summary>
    /// <param name="Reason">Why; null: what was printed says it.</param>
    public sealed record NotStarted(string? Reason) : ProgramEnd;
}
