using System.Diagnostics;

namespace Project38.Sandbox.Tests;

/// <summary>A program of a test's own in a folder of its own, where a real one would be.</summary>
internal sealed class StandIn : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p38-test-").FullName;

    private StandIn(string name)
    {
        File.SetUnixFileMode(_folder, (UnixFileMode)0x1ED); // 0755
        Path = System.IO.Path.Combine(_folder, name);
    }

    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <param name="name">What it stands in for.</param>
    /// <param name="script">What it is; null: nothing is there.</param>
    /// <param name="mode">Who may start it, as <c>chmod</c> writes it.</param>
    /// <remarks>
    /// Written by another process: what this one has open for writing, a child that a test beside it is just starting has too
    /// for a moment, and nobody can start the program meanwhile.
    /// </remarks>
    public static async Task<StandIn> CreateAsync(string name, string? script, string mode = "755")
    {
        var standIn = new StandIn(name);
        if (script is not null)
        {
            await standIn.ReplaceAsync(script, mode);
        }

        return standIn;
    }

    /// <summary>Puts another script in its place.</summary>
    public async Task ReplaceAsync(string script, string mode = "755")
    {
        var command = new ProcessStartInfo("/usr/bin/install", [$"--mode={mode}", "/dev/stdin", Path])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        using var install = Process.Start(command)!;
        await install.StandardInput.WriteAsync(script);
        install.StandardInput.Close();
        await install.WaitForExitAsync(TestContext.Current.CancellationToken);
        install.ExitCode.ShouldBe(0);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
