using System.Diagnostics;

namespace Project38.Sandbox.Tests.Attacks;

/// <summary>What the host has to lose: a secret in a file, an environment and a descriptor, a process, and its doors.</summary>
public sealed class Victim : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p38-victim-").FullName;
    private Process? _process;
    private int _leaked;

    /// <summary>All of it, as the attacks are told.</summary>
    public string Words { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // Nobody is kept out by the rights of files.
        File.SetUnixFileMode(_folder, (UnixFileMode)0x1ED); // 0755
        var start = new ProcessStartInfo("/usr/bin/python3", ["-I", "-S", "-B", Attack.PathOf("victim"), _folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        _process = Process.Start(start)!;
        Words = (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull();
        Environment.SetEnvironmentVariable("P38_SECRET", "p38-secret-of-the-platform");

        // As a native library would open it: inherited on exec.
        _leaked = InheritedDescriptor.Open(Path.Combine(_folder, "secret"));
    }

    public async ValueTask DisposeAsync()
    {
        _ = InheritedDescriptor.Close(_leaked);
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
