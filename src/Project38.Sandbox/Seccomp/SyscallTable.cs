using System.Runtime.InteropServices;

namespace Project38.Sandbox.Seccomp;

/// <summary>The system calls of one architecture: their names and numbers, as the kernel's headers have them.</summary>
/// <remarks>A call above <see cref="Highest"/> is newer than this table; programs expect ENOSYS of such calls.</remarks>
internal sealed class SyscallTable
{
    private readonly Dictionary<string, uint> _numbers = [];

    /// <param name="architecture">Its <c>AUDIT_ARCH</c> value.</param>
    /// <param name="names">Lines of a first number, and the names from that number on without a gap.</param>
    public SyscallTable(uint architecture, string names)
    {
        Architecture = architecture;
        foreach (var line in names.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            var number = uint.Parse(words[0]);
            foreach (var name in words.Skip(1))
            {
                _numbers.Add(name, number++);
            }
        }

        Highest = _numbers.Values.Max();
    }

    /// <summary>Linux 6.17 on x86-64.</summary>
    public static SyscallTable X64 { get; } = new(0xC000003E, SyscallNames.X64);

    /// <summary>Linux 6.17 on arm64. Proved by the kernel's headers, not yet on such a machine.</summary>
    public static SyscallTable Arm64 { get; } = new(0xC00000B7, SyscallNames.Arm64);

    /// <summary>The table of this machine.</summary>
    /// <exception cref="PlatformNotSupportedException">It is neither x64 nor arm64.</exception>
    public static SyscallTable Current =>
        RuntimeInformation.ProcessArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => X64,
            System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
            var other => throw new PlatformNotSupportedException($"The sandbox has no system call table for {other}."),
        };

    public uint Architecture { get; }

    public uint Highest { get; }

    public IReadOnlyDictionary<string, uint> Numbers => _numbers;

    /// <summary>The name of a call; its number where this table has none.</summary>
    public string NameOf(int number) =>
        _numbers.Where(call => call.Value == number).Select(call => call.Key).FirstOrDefault($"call {number}");

    /// <summary>The number of a call; null where this architecture does not have it.</summary>
    public uint? Find(string name) => _numbers.TryGetValue(name, out var number) ? number : null;
}
