using Project38.Sandbox;

namespace Project38.Core.Factory;

/// <summary>How a sandboxed process ended, for a person.</summary>
internal static class SandboxEnd
{
    /// <summary>One sentence, with the last line of the log where there is one.</summary>
    public static string Describe(SandboxExit exit, string log)
    {
        var ending = exit switch
        {
            SandboxExit.TimedOut timedOut => $"it took longer than {timedOut.Limit.TotalSeconds:0.#} s",
            SandboxExit.OutOfMemory memory => $"it needed more than {memory.LimitBytes / (1024 * 1024)} MB of memory",
            SandboxExit.OutputExceeded output => $"it printed more than {output.LimitBytes / 1024} KB",
            SandboxExit.SpaceExceeded space =>
                $"it wrote more than {space.LimitBytes / (1024 * 1024)} MB to its folders",
            SandboxExit.Killed => "it was ended from outside",
            SandboxExit.Signalled signalled => $"signal {signalled.Signal} ended it",
            SandboxExit.Exited exited => $"its process ended with code {exited.Code} before it had said so",
            SandboxExit.NotStarted notStarted => $"the sandbox could not be built ({notStarted.Reason})",
            _ => "it ended in an unknown way",
        };
        var last = log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault();
        return last is null
            ? $"{ending}."
            : $"{ending}. It last printed: {(last.Length <= 300 ? last : last[..300] + "…")}";
    }

    /// <summary>What an author can change where the program, and not the platform, made it end so.</summary>
    public static string Advice(SandboxExit exit) =>
        exit switch
        {
            SandboxExit.TimedOut => "Make it quicker: no real waiting, no endless loop, little data in each test.",
            SandboxExit.OutOfMemory =>
                "Make it smaller: little data in each test, and nothing kept that is not needed.",
            SandboxExit.OutputExceeded => "Print less.",
            SandboxExit.SpaceExceeded => "Keep less in files.",
            _ => "Nothing in the program or its tests may end the process.",
        };

    /// <summary>A level by the name that people and the wire use.</summary>
    public static string Name(SandboxLevel level) =>
        level switch
        {
            SandboxLevel.Vm => "vm",
            SandboxLevel.Full => "full",
            SandboxLevel.NoCgroup => "no-cgroup",
            SandboxLevel.Degraded => "degraded",
            _ => "none",
        };
}
