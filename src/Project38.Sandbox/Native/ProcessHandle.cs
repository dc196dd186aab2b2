using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Project38.Sandbox.Native;

/// <summary>Processes by a handle on them, which no later process of the same number can take over.</summary>
internal static class ProcessHandle
{
    /// <summary>Its number; 0 when it is gone.</summary>
    public static int IdOf(SafeFileHandle handle)
    {
        const string Line = "Pid:";
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{handle.DangerousGetHandle()}");
        var line = File.ReadLines(path).First(line => line.StartsWith(Line, StringComparison.Ordinal));
        return Math.Max(0, int.Parse(line[Line.Length..], CultureInfo.InvariantCulture));
    }

    /// <summary>Kills all of the machine that are meant. Gives how many there were.</summary>
    /// <param name="isMeant">Whether a number's process is; asked again once a handle is held, since before it could become another's.</param>
    public static int KillAll(Func<int, bool> isMeant) =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
            .Count(pid => pid > 0 && isMeant(pid) && KillIf(pid, isMeant));

    /// <summary>Kills it, unless the handle is closed already: then it is gone, which is what was wanted.</summary>
    public static void Kill(SafeFileHandle handle)
    {
        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            _ = LibC.SignalProcess((int)handle.DangerousGetHandle(), LibC.SigKill);
        }
        catch (ObjectDisposedException)
        {
            // The run ended in this very moment.
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    private static bool KillIf(int pid, Func<int, bool> isMeant)
    {
        if (LibC.OpenProcess(pid) is not (>= 0 and var descriptor))
        {
            return false;
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return isMeant(pid) && LibC.SignalProcess(descriptor, LibC.SigKill) == 0;
    }
}
