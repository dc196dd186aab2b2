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
}
