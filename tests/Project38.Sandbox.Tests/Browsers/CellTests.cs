using System.Diagnostics;
using Project38.Sandbox.Browsers;

namespace Project38.Sandbox.Tests.Browsers;

/// <summary>What the cell hands on of what its driver says; the driver is a program that says it.</summary>
public sealed class CellTests
{
    [Fact]
    public async Task Messages_ComeOutAsTheyWereSaid()
    {
        var said = await SaidAsync(
            """
            import os
            for message in (b'', b'a', b'b' * 70_000, b'c' * (3 << 20)):
                data = len(message).to_bytes(4, 'little') + message
                while data:
                    data = data[os.write(1, data):]
            """
        );

        said.Length.ShouldBe((4 * 4) + 1 + 70_000 + (3 << 20));
        said[..9].ShouldBe([0, 0, 0, 0, 1, 0, 0, 0, (byte)'a']);
        said[^(3 << 20)..].ShouldAllBe(one => one == (byte)'c');
    }

    [Theory]
    [InlineData("import os; os.write(1, b'\\1\\0\\0\\0a' + ((32 << 20) + 1).to_bytes(4, 'little') + b'b' * 1000)")]
    [InlineData("import os; os.write(1, b'\\1\\0\\0\\0a' + b'\\xff' * 8); import time; time.sleep(600)")]
    [InlineData("import os; os.write(1, b'\\1\\0\\0\\0a' + b'\\7\\0')")]
    public async Task Message_EndsTheCell_WhenItIsLongerThanThePlatformWouldHold_OrCutOff(string program)
    {
        var said = await SaidAsync(program);

        said.ShouldBe([1, 0, 0, 0, (byte)'a']);
    }

    [Fact]
    public async Task Driver_HearsWhatItIsTold()
    {
        var said = await SaidAsync(
            "import os, sys; heard = sys.stdin.buffer.read(); os.write(1, len(heard).to_bytes(4, 'little') + heard)",
            "words"u8.ToArray()
        );

        said.ShouldBe([5, 0, 0, 0, .. "words"u8]);
    }

    private static async Task<byte[]> SaidAsync(string program, byte[]? told = null)
    {
        await using var sandbox = SandboxFixture.Create(SandboxLevel.NoCgroup);
        await using var cell = await sandbox.MakeCellAsync(
            new BrowserCellSpec { Driver = "/usr/bin/python3" },
            TestContext.Current.CancellationToken
        );
        using var process = Process.Start(
            new ProcessStartInfo(cell.Program, ["-c", program])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        using var wayOut = await cell.WayOutAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.BaseStream.WriteAsync(told ?? [], TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        using var said = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(said, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return said.ToArray();
    }
}
