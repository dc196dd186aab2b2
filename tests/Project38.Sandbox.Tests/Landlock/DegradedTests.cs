using System.Diagnostics;
using Microsoft.Extensions.Options;
using Project38.Sandbox.Native;
using static Project38.Sandbox.Tests.SandboxFixture;

namespace Project38.Sandbox.Tests.Landlock;

/// <summary>What is done otherwise at level degraded: a run has a folder on the machine's disk, and no root of its own.</summary>
public sealed class DegradedTests : IAsyncDisposable
{
    private const int Nobody = 65534;

    private readonly string _staging = Directory.CreateTempSubdirectory("p38-test-").FullName;
    private readonly BubblewrapSandbox _sandbox;

    public DegradedTests()
    {
        File.SetUnixFileMode(_staging, (UnixFileMode)0x1ED); // 0755
        var options = new SandboxOptions
        {
            MaxLevel = SandboxLevel.Degraded,
            MinLevel = SandboxLevel.Degraded,
            StagingFolder = _staging,
        };
        _sandbox = new BubblewrapSandbox(Options.Create(options), TimeProvider.System);
    }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private IEnumerable<string> Left =>
        Directory.EnumerateDirectories(Path.Combine(_staging, "runs")).SelectMany(Directory.EnumerateFileSystemEntries);

    public async ValueTask DisposeAsync()
    {
        await _sandbox.DisposeAsync();
        Directory.Delete(_staging, recursive: true);
    }

    [Fact]
    public async Task Run_FindsItsPaths_WhenArgumentsAndVariablesNameThem()
    {
        const string Code = """
            import os, sys, tempfile
            print(open(sys.argv[1]).read(), os.listdir(sys.argv[2]), sys.argv[3])
            print(os.getcwd() == os.environ["HOME"], os.environ["BOTH"] == f"/usr/bin:{os.environ['HOME']}/bin")
            print(tempfile.gettempdir() == os.environ["TMPDIR"], os.access(os.environ["TMPDIR"], os.W_OK))
            """;
        var spec = Python(Code);
        spec = spec with
        {
            Arguments = [.. spec.Arguments, "/app/a/one.txt", "/app/a", "/apple"],
            Files = [new SandboxFile("/app/a/one.txt", "one"u8.ToArray())],
            Environment = new Dictionary<string, string> { ["HOME"] = "/work", ["BOTH"] = "/usr/bin:/work/bin" },
        };

        var outcome = await RunAsync(_sandbox, spec);

        outcome.Output.ShouldBe("one ['one.txt'] /apple\nTrue True\nTrue True\n", outcome.Log);
    }

    [Theory]
    [InlineData("/p38/inside.txt")]
    [InlineData("/usr/inside.txt")]
    public async Task StartAsync_NamesTheProblem_WhenAFileWouldLieInAFolderOfTheHost(string path)
    {
        var spec = Shell("true") with
        {
            Mounts = [new SandboxMount(_staging, "/p38")],
            Files = [new SandboxFile(path, default)],
        };

        var problem = await Should.ThrowAsync<ArgumentException>(() => _sandbox.StartAsync(spec, CancellationToken));

        problem.Message.ShouldContain(path);
        Directory.Exists(Path.Combine(_staging, "inside.txt")).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_LeavesNoFile_WhenItsFoldersAreDeeperThanAPathAndClosed()
    {
        const string Code = """
            import os
            for _ in range(600):
                os.mkdir("d" * 20)
                os.chdir("d" * 20)
            open("file", "w").close()
            os.mkdir("closed", 0)
            """;

        var outcome = await RunAsync(_sandbox, Python(Code));

        // A busy machine sees it while it is there, and cannot look at all of it, which is an end of another kind.
        outcome.Log.ShouldBeEmpty();
        Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task Completion_IsSpaceExceeded_WhenAProgramFillsItsFolder()
    {
        const string Code = """
            import time
            for number in range(3):
                open(f"file{number}", "wb").write(bytes(3_000_000))
            time.sleep(600)
            """;
        var limits = new SandboxLimits { ScratchBytes = 4_000_000 };

        var outcome = await RunAsync(_sandbox, Python(Code, limits));

        outcome.Exit.ShouldBeOfType<SandboxExit.SpaceExceeded>(outcome.Log).LimitBytes.ShouldBe(4_000_000);
        Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_GoesOn_WhenItsFolderHasLinksToFoldersThatAreFull()
    {
        const string Code = """
            import os, time
            os.symlink("/usr", "usr")
            os.symlink(".", "again")
            time.sleep(1.5)
            print("there")
            """;

        var outcome = await RunAsync(_sandbox, Python(Code, new SandboxLimits { ScratchBytes = 4096 }));

        outcome.Output.ShouldBe("there\n", $"{outcome.Exit} {outcome.Log}");
    }

    [Fact]
    public async Task Report_RemovesWhatAPlatformLeft_WhenItIsGone()
    {
        using var other = Process.Start("/bin/true");
        await other.WaitForExitAsync(CancellationToken);
        var space = ProcessIdentity.Own.Split('-')[0];
        var left = Directory.CreateDirectory(Path.Combine(_staging, "runs", $"{space}-{other.Id}-1", "1")).FullName;
        var elsewhere = Directory.CreateDirectory(Path.Combine(_staging, "runs", "1-2-3")).FullName;

        await _sandbox.ReportAsync(CancellationToken);

        Directory.Exists(left).ShouldBeFalse();
        Directory.Exists(elsewhere).ShouldBeTrue();
    }

    [Fact]
    public async Task DisposeAsync_LeavesNoFolderOfThePlatforms()
    {
        await RunAsync(_sandbox, Shell("true"));
        var mine = Path.Combine(_staging, "runs", ProcessIdentity.Own);
        var there = Directory.Exists(mine);

        await _sandbox.DisposeAsync();

        (there, Directory.Exists(mine)).ShouldBe((true, false));
    }

    [Fact]
    public async Task Run_IsThePlatformsUser_WhenThatIsNotRoot()
    {
        using var platform = Environment.IsPrivilegedProcess
            ? SmallPlatform.StartAs(Nobody, _staging, "level", "Degraded")
            : SmallPlatform.Start("level", "Degraded");

        var said = await platform.StandardOutput.ReadToEndAsync(CancellationToken);

        said.Trim().ShouldBe($"Degraded {(Environment.IsPrivilegedProcess ? Nobody : LibC.EffectiveUserId())}");
    }
}
