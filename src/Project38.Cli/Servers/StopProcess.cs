using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Project38.Cli.Servers;

/// <summary>Asks a process to stop. .NET itself can only kill.</summary>
internal static partial class StopProcess
{
    private const int Quit = 3;

    /// <summary>Asks a server to stop without waiting for what runs: SIGQUIT. One that is gone already has stopped.</summary>
    public static void AtOnce(Process process)
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, Quit);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
