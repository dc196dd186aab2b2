using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Project38.Cli.Servers;

/// <summary>Asks a process to stop. .NET itself can only kill.</summary>
internal static partial class StopProcess
{
    private const int Terminate = 15;

    /// <summary>Sends SIGTERM; one that is gone already has stopped.</summary>
    public static void Ask(Process process)
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, Terminate);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
