using Project38.Contracts;

namespace Project38.Cli;

/// <summary>Whether the process of a server file is still that process: ids are used again.</summary>
internal static class ProcessProbe
{
    /// <summary>Compares the start time that the kernel keeps, field 22 of <c>/proc/PID/stat</c>, and the boot.</summary>
    public static bool IsAlive(ServerFile server)
    {
        try
        {
            if (File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() != server.BootId)
            {
                return false;
            }

            var stat = File.ReadAllText($"/proc/{server.Pid}/stat");
            var afterCommand = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return afterCommand[0] is not ("Z" or "X") && long.Parse(afterCommand[22 - 3]) == server.StartTicks;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
