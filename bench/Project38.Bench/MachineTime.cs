using System.Globalization;

namespace Project38.Bench;

/// <summary>What all of the machine's cores have worked, whoever they worked for.</summary>
internal static class MachineTime
{
    /// <summary>Since it started.</summary>
    /// <remarks>proc(5): user, nice, system, idle, iowait, irq, softirq, in hundredths of a second.</remarks>
    public static TimeSpan Now()
    {
        var counts = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        return Hundredths(counts, 0, 1, 2, 5, 6);
    }

    /// <summary>What all processes of a name have worked so far, those that they have seen end among them.</summary>
    /// <remarks>proc(5): utime, stime, cutime and cstime are the 12th to 15th behind the name in brackets.</remarks>
    public static TimeSpan Of(string name) =>
        Directory
            .EnumerateDirectories("/proc")
            .Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
            .Select(folder => ReadOrNothing($"{folder}/stat"))
            .Where(stat => stat.Contains($"({name})", StringComparison.Ordinal))
            .Select(stat => Hundredths(stat[(stat.LastIndexOf(')') + 2)..].Split(' '), 11, 12, 13, 14))
            .Aggregate(TimeSpan.Zero, (all, one) => all + one);

    private static string ReadOrNothing(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // gone
        }
    }

    private static TimeSpan Hundredths(string[] counts, params int[] places) =>
        TimeSpan.FromSeconds(places.Sum(place => long.Parse(counts[place], CultureInfo.InvariantCulture)) / 100.0);
}
