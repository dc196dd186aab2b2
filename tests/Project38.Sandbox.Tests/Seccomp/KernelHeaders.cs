using System.Diagnostics;
using System.Globalization;

namespace Project38.Sandbox.Tests.Seccomp;

/// <summary>The numbers of system calls in the kernel's own headers, which Debian's <c>linux-libc-dev</c> brings.</summary>
internal static class KernelHeaders
{
    private const string X64 = "#include <asm/unistd_64.h>";

    // As arch/arm64/include/uapi/asm/unistd.h includes it.
    private const string Arm64 = """
        #define __ARCH_WANT_RENAMEAT
        #define __ARCH_WANT_NEW_STAT
        #define __ARCH_WANT_SET_GET_RLIMIT
        #define __ARCH_WANT_TIME32_SYSCALLS
        #define __ARCH_WANT_SYS_CLONE3
        #define __ARCH_WANT_MEMFD_SECRET
        #include <asm-generic/unistd.h>
        """;

    private static readonly string[] NotCalls = ["syscalls", "arch_specific_syscall"];

    /// <summary>Reads them as the C preprocessor does.</summary>
    public static async Task<Dictionary<string, uint>> ReadAsync(bool arm64, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("gcc", ["-E", "-dM", "-x", "c", "-"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var gcc = Process.Start(start)!;
        await gcc.StandardInput.WriteLineAsync(arm64 ? Arm64 : X64);
        gcc.StandardInput.Close();
        var output = await gcc.StandardOutput.ReadToEndAsync(cancellationToken);
        await gcc.WaitForExitAsync(cancellationToken);
        gcc.ExitCode.ShouldBe(0);

        var macros = output
            .Split('\n')
            .Select(line => line.Split(' '))
            .Where(words => words.Length == 3 && words[1].StartsWith("__NR", StringComparison.Ordinal))
            .ToDictionary(words => words[1], words => words[2]);
        return macros
            .Keys.Where(macro => macro.StartsWith("__NR_", StringComparison.Ordinal))
            .Where(macro => !NotCalls.Contains(macro["__NR_".Length..]))
            .ToDictionary(macro => macro["__NR_".Length..], macro => NumberOf(macro, macros));
    }

    // Some stand for another: __NR_fstat is __NR3264_fstat.
    private static uint NumberOf(string macro, Dictionary<string, string> macros) =>
        macros.TryGetValue(macro, out var value)
            ? NumberOf(value, macros)
            : uint.Parse(macro, CultureInfo.InvariantCulture);
}
