using System.Diagnostics;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Tests.Attacks;

/// <summary>Runs attacks with nothing around them, to show that they work.</summary>
internal static class Outside
{
    /// <summary>Runs it to its end, or until it stays.</summary>
    /// <returns>All that it said.</returns>
    public static async Task<string> RunAsync(Attack attack, string words, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("p38-attack-").FullName;
        try
        {
            // As /app and /work are in the sandbox, for whoever it is run as.
            File.SetUnixFileMode(folder, (UnixFileMode)0x1ED); // 0755
            var app = Directory.CreateDirectory(Path.Combine(folder, "app")).FullName;
            File.Copy(Attack.PathOf(attack.Program), Path.Combine(app, "attack.py"));
            File.Copy(Attack.PathOf("attempts"), Path.Combine(app, "attempts.py"));
            var work = Directory.CreateDirectory(Path.Combine(folder, "work")).FullName;
            var said = "";
            for (var run = 0; run < attack.Runs; run++)
            {
                said = await RunAsync(attack, words, app, work, cancellationToken);
            }

            return said;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(
        Attack attack,
        string words,
        string app,
        string work,
        CancellationToken cancellationToken
    )
    {
        var mark = Guid.NewGuid().ToString("N");
        string[] python = ["/usr/bin/python3", "-I", "-S", "-B", "-u", Path.Combine(app, "attack.py")];
        string[] command = [.. attack.Footing.Command(), .. python, words, mark, .. attack.Arguments];
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = work,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["HOME"] = work;
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            return attack.StaysAs is { } state
                ? await ReadStayingAsync(process, mark, state, cancellationToken)
                : await ReadToEndAsync(process, cancellationToken);
        }
        finally
        {
            EndAll(mark);
        }
    }

    private static async Task<string> ReadToEndAsync(Process process, CancellationToken cancellationToken)
    {
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        process.ExitCode.ShouldBe(0, $"{output} {await errors}");
        return output;
    }

    /// <summary>Reads its one line, and waits until one of its processes is left, in that state.</summary>
    private static async Task<string> ReadStayingAsync(
        Process process,
        string mark,
        char state,
        CancellationToken cancellationToken
    )
    {
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        (await HostProcesses.BecomesTrueAsync(() => StateOf(mark) == state, TimeSpan.FromSeconds(20))).ShouldBeTrue(
            line
        );
        return $"{line}";
    }

    /// <summary>The state of the one process that has the mark; null when there is none, or more.</summary>
    private static char? StateOf(string mark) =>
        HostProcesses.With(mark) is [var pid]
        && HostProcesses.Read(pid, "stat").Split(") ") is [_, { Length: > 0 } rest]
            ? rest[0]
            : null;

    private static void EndAll(string mark)
    {
        foreach (var pid in HostProcesses.With(mark))
        {
            _ = LibC.Kill(pid, LibC.SigKill);
        }
    }
}
