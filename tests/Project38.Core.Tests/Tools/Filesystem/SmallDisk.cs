using System.Diagnostics;

namespace Project38.Core.Tests.Tools.Filesystem;

/// <summary>A real file system that is soon full, mounted for a process of the test's own; needs no root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly Process _holder;

    private SmallDisk(Process holder, string path) => (_holder, Path) = (holder, path);

    /// <summary>Its top, as this process sees it.</summary>
    public string Path { get; }

    public static async Task<SmallDisk> StartAsync(int bytes)
    {
        var start = new ProcessStartInfo("/usr/bin/bwrap")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "--die-with-parent",
                "--bind",
                "/",
                "/",
                "--size",
                bytes.ToString(),
                "--tmpfs",
                "/tmp",
                "/bin/sh",
                "-c",
                "echo $$; read end",
            },
        };
        var holder = Process.Start(start).ShouldNotBeNull();
        var id = await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return new SmallDisk(holder, $"/proc/{id.ShouldNotBeNull()}/root/tmp");
    }

    public void Dispose()
    {
        _holder.StandardInput.Close();
        _holder.WaitForExit();
        _holder.Dispose();
    }
}
