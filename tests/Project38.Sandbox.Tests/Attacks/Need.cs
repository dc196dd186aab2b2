using System.Globalization;
using System.Runtime.InteropServices;

namespace Project38.Sandbox.Tests.Attacks;

/// <summary>What attempts need of the host to work outside. It is looked at, so that none is left out for nothing.</summary>
/// <param name="What">What it is, for people.</param>
/// <param name="IsMet">Whether the host has it.</param>
/// <param name="Attempts">The attempts that need it; none for all of the attack's.</param>
internal sealed record Need(string What, bool IsMet, params string[] Attempts)
{
    private static readonly Lazy<HashSet<string>> Symbols = new(ReadSymbols);

    public bool IsMissingFor(string attempt) => !IsMet && (Attempts.Length == 0 || Attempts.Contains(attempt));

    /// <summary>A right of the tests' user, by its number in <c>capabilities(7)</c>.</summary>
    public static Need Capability(string name, int number, params string[] attempts) =>
        new(name, (EffectiveCapabilities() >> number & 1) == 1, attempts);

    /// <summary>A file that the tests' user may open so.</summary>
    public static Need Access(string path, FileAccess access, params string[] attempts) =>
        new($"{access} access to {path}", CanOpen(path, access), attempts);

    /// <summary>A system call that the kernel was built with.</summary>
    public static Need Call(string name, params string[] attempts)
    {
        var machine = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "x64" : "arm64";
        return new($"{name} in the kernel", Symbols.Value.Contains($"__{machine}_sys_{name}"), attempts);
    }

    /// <summary>A function of the kernel that has a text in its name: names change from version to version.</summary>
    public static Need Symbol(string part, params string[] attempts) =>
        new(
            $"{part} in the kernel",
            Symbols.Value.Any(name => name.Contains(part, StringComparison.Ordinal)),
            attempts
        );

    /// <summary>A number that the kernel can be set to; a kernel without that setting has what it would forbid.</summary>
    public static Need Setting(string path, Func<long, bool> allows, params string[] attempts)
    {
        var value = File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        return new(
            $"{path} is {value}",
            value is null || allows(long.Parse(value, CultureInfo.InvariantCulture)),
            attempts
        );
    }

    /// <summary>A program that is root whoever starts it.</summary>
    public static Need Setuid(string path, params string[] attempts) =>
        new(
            $"setuid {path}",
            File.Exists(path) && (File.GetUnixFileMode(path) & UnixFileMode.SetUser) == UnixFileMode.SetUser,
            attempts
        );

    /// <summary>Whether the tests' user may open a file for writing.</summary>
    public static bool CanWrite(string path) => CanOpen(path, FileAccess.Write);

    private static ulong EffectiveCapabilities()
    {
        var line = File.ReadLines("/proc/self/status")
            .Single(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        return ulong.Parse(line["CapEff:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private static bool CanOpen(string path, FileAccess access)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The kernel's functions. Weak ones stand in for what it was built without, and only say so.</summary>
    private static HashSet<string> ReadSymbols() =>
        [
            .. File.ReadLines("/proc/kallsyms")
                .Select(line => line.Split([' ', '\t'], 4))
                .Where(parts => parts[1] is "T" or "t")
                .Select(parts => parts[2]),
        ];
}
