using Project38.Sandbox.Native;

namespace Project38.Sandbox.Landlock;

/// <summary>Counts what the kernel counts against <c>RLIMIT_NPROC</c>: the processes and threads of the platform's user.</summary>
internal static class UserProcesses
{
    private static readonly string User = $"{LibC.EffectiveUserId()}";

    public static int Count() =>
        Directory
            .EnumerateDirectories("/proc")
            .Where(process => char.IsAsciiDigit(Path.GetFileName(process)[0]))
            .Sum(Threads);

    private static int Threads(string process)
    {
        try
        {
            var status = File.ReadLines($"{process}/status")
                .Select(line => line.Split('\t'))
                .ToDictionary(parts => parts[0], parts => parts[1]);
            return status["Uid:"] == User ? int.Parse(status["Threads:"]) : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0; // gone, or another user's
        }
    }
}
