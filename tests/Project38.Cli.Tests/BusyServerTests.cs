namespace Project38.Cli.Tests;

/// <summary>A server that is asked for more than it takes.</summary>
public sealed class BusyServerTests : IAsyncLifetime
{
    private const string Talks = """
        for number in range(40):
            await tools.notifications.send(f"word {number}")
        return {'status': 'success', 'result': {}}
        """;

    private readonly P38 _p38 = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task Inbox_WaitsAndReadsOn_WhenThereWereTooManyRequests()
    {
        _p38.Environment["P38_REQUESTS_PER_SECOND"] = "10";
        var program = _p38.NewFile("talks.py", "from p38 import tools\n" + Programs.Doing(Talks));
        await _p38.DoneAsync("import", program, "--lenient");
        await _p38.DoneAsync("run", "1", "--config", "now=true");

        var ended = await _p38.RunAsync("inbox", "--limit", "100");
        var unread = await _p38.JsonAsync("inbox", "--unread");

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Error);
        ended.Output.ShouldContain("word 39");
        ended.Error.ShouldContain("The server says: Too many requests. Try again in 1 s. Waiting 1.00 s.");
        unread.GetArrayLength().ShouldBe(0);
    }
}
