using System.Text.Json;
using Project38.Sandbox.Sidecars;

namespace Project38.Sandbox.Tests.Sidecars;

public sealed class SidecarTests
{
    // Answers with its process id and what it was asked; some questions it takes badly.
    private const string Helper = """
        import json, os, sys, time
        for line in sys.stdin:
            asked = json.loads(line)
            if asked == 'die': print('dying', file=sys.stderr); sys.exit(3)
            if asked == 'sleep': time.sleep(600)
            if asked == 'nonsense': print('no json', flush=True); continue
            if asked == 'flood':
                while True: print('x' * 1000, end='')
            print(json.dumps({'pid': os.getpid(), 'asked': asked, 'leave': asked == 'grow'}), flush=True)
        """;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AskAsync_GivesEachItsAnswer_WhenManyAskAtOnce()
    {
        await using var sidecar = Create();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => AskAsync(sidecar, n)));

        answers.Select(answer => answer.GetProperty("asked").GetInt32()).ShouldBe(Enumerable.Range(0, 20));
        answers.Select(answer => answer.GetProperty("pid").GetInt32()).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task AskAsync_AnswersOneMegabyte_WhenAskedThat()
    {
        await using var sidecar = Create();

        var answer = await AskAsync(sidecar, new string('ש', 1_000_000));

        answer.GetProperty("asked").GetString()!.Length.ShouldBe(1_000_000);
    }

    [Theory]
    [InlineData("die", "dying")]
    [InlineData("sleep", "no answer within 1 s")]
    [InlineData("nonsense", "no JSON")]
    [InlineData("flood", "more than 10000000 bytes")]
    public async Task AskAsync_FailsOnceAndStartsAnew_WhenTheProgramDoesNotAnswer(string question, string message)
    {
        await using var sidecar = Create(seconds: question == "sleep" ? 1 : 60);
        var before = await AskAsync(sidecar, "hello");

        var failure = await Should.ThrowAsync<SidecarException>(() => AskAsync(sidecar, question));
        var after = await AskAsync(sidecar, "again");

        failure.Message.ShouldContain(message);
        after.GetProperty("asked").GetString().ShouldBe("again");
        after.GetProperty("pid").GetInt32().ShouldNotBe(before.GetProperty("pid").GetInt32());
        HostProcesses.Read(before.GetProperty("pid").GetInt32(), "cmdline").ShouldBeEmpty();
    }

    [Fact]
    public async Task AskAsync_StartsAnew_WhenTheProgramAskedToLeave()
    {
        await using var sidecar = Create();

        var grown = await AskAsync(sidecar, "grow");
        var next = await AskAsync(sidecar, "again");

        grown.GetProperty("asked").GetString().ShouldBe("grow");
        next.GetProperty("asked").GetString().ShouldBe("again");
        next.GetProperty("pid").GetInt32().ShouldNotBe(grown.GetProperty("pid").GetInt32());
        HostProcesses.Read(grown.GetProperty("pid").GetInt32(), "cmdline").ShouldBeEmpty();
    }

    [Fact]
    public async Task AskAsync_SaysWhatToDo_WhenTheProgramIsMissing()
    {
        await using var sidecar = Create("no-such-program");

        var failure = await Should.ThrowAsync<SidecarException>(() => AskAsync(sidecar, 1));

        failure.Message.ShouldContain("no-such-program");
        failure.Message.ShouldEndWith("Run: apt-get install helper");
    }

    [Fact]
    public async Task AskAsync_IsCancelledNotFailed_WhenTheCallerGivesUp()
    {
        await using var sidecar = Create();
        using var impatience = new CancellationTokenSource();
        var asking = sidecar.AskAsync(JsonSerializer.SerializeToElement("sleep"), impatience.Token);

        await impatience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        (await AskAsync(sidecar, "again")).GetProperty("asked").GetString().ShouldBe("again");
    }

    [Fact]
    public async Task DisposeAsync_EndsTheProgram_WhenItRuns()
    {
        var sidecar = Create();
        var pid = (await AskAsync(sidecar, 1)).GetProperty("pid").GetInt32();

        await sidecar.DisposeAsync();

        HostProcesses.Read(pid, "cmdline").ShouldBeEmpty();
    }

    private static Task<JsonElement> AskAsync<T>(Sidecar sidecar, T question) =>
        sidecar.AskAsync(JsonSerializer.SerializeToElement(question), CancellationToken);

    private static Sidecar Create(string program = "/usr/bin/python3", int seconds = 60) =>
        new(
            new SidecarOptions
            {
                Name = "helper",
                Program = program,
                Arguments = ["-I", "-c", Helper],
                Advice = "Run: apt-get install helper",
                Timeout = TimeSpan.FromSeconds(seconds),
                MaxAnswerBytes = 10_000_000,
            },
            TimeProvider.System
        );
}
