namespace Project38.Cli.Tests;

public sealed class SandboxVerbTests(Service service) : IClassFixture<Service>
{
    private readonly P38 _p38 = service.P38;

    [Fact]
    public async Task Sandbox_SaysWhatThereIs()
    {
        var shown = await _p38.DoneAsync("sandbox");
        var json = await _p38.JsonAsync("sandbox");

        shown.ShouldMatch(@"^level +full\n");
        shown.ShouldMatch(@"bubblewrap +ok  bubblewrap ");
        json.GetProperty("level").GetString().ShouldBe("full");
    }

    [Fact]
    public async Task Run_PrintsWhatTheProgramPrints_AndWhatItUsed()
    {
        var file = _p38.NewFile(
            "good.py",
            "import sys\n\nprint('שלום')\nprint('no newline', end='', file=sys.stderr)\n"
        );

        var ended = await _p38.RunAsync("sandbox", "run", file);

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Error);
        ended.Output.ShouldStartWith("שלום\nno newline\n\nran          It exited with 0. Sandbox level full. (");
        ended.Output.ShouldMatch(
            @"\ncpu          0\.\d\d s\nmemory       \d+\.\d MB at most\nfiles        0 B at the end\nprinted      19 B\n$"
        );
    }

    [Fact]
    public async Task Run_EndsWithFailedRun_WhenTheProgramDidNotEndWell()
    {
        var bad = _p38.NewFile("bad.py", "raise SystemExit(3)\n");
        var slow = _p38.NewFile("slow.py", "while True:\n    pass\n");
        var big = _p38.NewFile("big.py", "x = bytearray(200 * 1024 * 1024)\n");

        var failed = await _p38.RunAsync("sandbox", "run", bad, "--json");
        var timedOut = await _p38.RunAsync("sandbox", "run", slow, "--timeout", "1");
        var outOfMemory = await _p38.RunAsync("sandbox", "run", big, "--memory", "64", "--cpu", "100");

        failed.ExitCode.ShouldBe(ExitCode.FailedRun, failed.Error);
        var json = System.Text.Json.JsonElement.Parse(failed.Output);
        (json.GetProperty("ending").GetString(), json.GetProperty("exit_code").GetInt32()).ShouldBe(("exited", 3));
        timedOut.ExitCode.ShouldBe(ExitCode.FailedRun);
        timedOut.Output.ShouldStartWith("ran          It ran longer than 1 s. Sandbox level full. (");
        outOfMemory.ExitCode.ShouldBe(ExitCode.FailedRun);
        outOfMemory.Output.ShouldStartWith("ran          It needed more than 64 MB of memory. Sandbox level full. (");
    }

    [Fact]
    public async Task Run_SaysWhatIsNotCountedOrShown()
    {
        var file = _p38.NewFile("much.py", "print('x' * 2_000_000)\n");

        var ended = await _p38.RunAsync("sandbox", "run", file, "--level", "no-cgroup");

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Error);
        ended.Output.ShouldContain("Sandbox level no-cgroup.");
        ended.Output.ShouldContain("\nmemory       not counted at this level\n");
        ended.Output.ShouldContain("\nprinted      1.9 MB, of which the first 1.0 MB are shown\n");
    }

    [Fact]
    public async Task Run_IsRefused_WhenTheMachineHasNoSuchLevel()
    {
        var ended = await _p38.RunAsync("sandbox", "run", _p38.NewFile("one.py", "print(1)\n"), "--level", "vm");

        ended.ExitCode.ShouldBe(ExitCode.Refused);
        ended.Error.ShouldContain("this machine contains a program at 'full' at most. 'p38 doctor' says what");
    }

    [Fact]
    public async Task Run_SaysOnceWhyNothingRuns_WhenALevelIsNotAllowed()
    {
        var ended = await _p38.RunAsync("sandbox", "run", _p38.NewFile("two.py", "print(1)\n"), "--level", "degraded");

        ended.ExitCode.ShouldBe(ExitCode.Server);
        ended.Error.ShouldStartWith("p38: This machine contains a program at level 'none'");
        ended.Error.Split("P38_SANDBOX_LEAST=degraded").Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("--timeout is 'abc'. Write a number of seconds, for example --timeout 60.", "--timeout", "abc")]
    [InlineData("--memory is '1.5'. Write a number of MB, for example --memory 512.", "--memory", "1.5")]
    [InlineData("--cpu is '50%'. Write a percentage, for example --cpu 100.", "--cpu", "50%")]
    [InlineData("--processes is ''. Write a number, for example --processes 16.", "--processes", "")]
    public async Task Run_SaysWhatToWrite_WhenALimitIsNoNumber(string says, params string[] limit)
    {
        var ended = await _p38.RunAsync(["sandbox", "run", _p38.NewFile("three.py", "print(1)\n"), .. limit]);

        ended.ExitCode.ShouldBe(ExitCode.Usage);
        ended.Error.ShouldBe($"p38: {says} See 'p38 sandbox run --help'.\n");
    }

    [Fact]
    public async Task Run_NamesTheOptions_WhenLimitsAreOutOfRange()
    {
        string[] limits = ["--memory", "5", "--cpu", "101", "--processes", "0", "--timeout", "0"];

        var ended = await _p38.RunAsync(["sandbox", "run", _p38.NewFile("four.py", "print(1)\n"), .. limits]);
        var few = await _p38.RunAsync("sandbox", "run", _p38.NewFile("five.py", "print(1)\n"), "--processes", "2");

        ended.ExitCode.ShouldBe(ExitCode.Refused);
        ended.Error.ShouldContain("--memory must be a number of MB from 32 to 4096");
        ended.Error.ShouldContain("--cpu must be a percentage from 1 to 100");
        ended.Error.ShouldContain("--processes must be a number from 1 to 1024");
        ended.Error.ShouldContain("--timeout must be a number of seconds from 1 to 86400");
        ended.Error.ShouldNotContain("_");
        few.Error.ShouldStartWith("p38: --processes must be 3 at least");
    }

    [Theory]
    [InlineData("sandbox", "run")]
    [InlineData("check")]
    public async Task Verb_EndsWithUsage_WhenTheProgramHasNul(params string[] verb)
    {
        var ended = await _p38.RunAsync([.. verb, _p38.NewFile("nul.py", "print(1)\n\0\n")]);

        ended.ExitCode.ShouldBe(ExitCode.Usage);
        ended.Error.ShouldContain("nul.py' has the character NUL, first behind 9 bytes");
    }

    [Fact]
    public async Task Sandbox_EndsWithServer_WhereNothingMayRun()
    {
        await using var bare = new P38();
        bare.Environment["P38_SANDBOX"] = "degraded";

        var ended = await bare.RunAsync("sandbox");

        ended.ExitCode.ShouldBe(ExitCode.Server);
        ended.Output.ShouldMatch("^level +none\n");
        ended.Output.ShouldContain("P38_SANDBOX_LEAST=degraded");
    }
}
