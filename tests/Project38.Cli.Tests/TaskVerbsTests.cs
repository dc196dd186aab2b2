namespace Project38.Cli.Tests;

/// <summary><c>retry</c> and <c>cancel</c>, against the service.</summary>
public sealed class TaskVerbsTests(Service service) : IClassFixture<Service>
{
    private readonly P38 _p38 = service.P38;

    [Fact]
    public async Task Retry_RunsTheTaskOnceMore_AndShowsThatRun()
    {
        var id = await ImportAsync("Retried", "return {'status': 'success', 'result': {'done': True}}");
        var task = (await _p38.JsonAsync("run", id)).GetProperty("task_id").GetInt64();

        var again = await _p38.JsonAsync("retry", $"{task}");
        var shown = await _p38.DoneAsync("retry", "Retried");

        again.GetProperty("task_id").GetInt64().ShouldBe(task);
        again.GetProperty("run").GetProperty("attempt").GetInt32().ShouldBe(2);
        shown.ShouldStartWith($"ran          task {task} completed");
    }

    [Fact]
    public async Task Retry_EndsWithFailedRun_WhenItFailsAgain()
    {
        var id = await ImportAsync("Failing", "raise ValueError('no bread')");
        var failed = await _p38.RunAsync("run", id, "--config", "now=true");
        var task = (await _p38.JsonAsync("tasks", id))[0].GetProperty("id").GetRawText();

        var again = await _p38.RunAsync("retry", task);

        failed.ExitCode.ShouldBe(ExitCode.FailedRun, failed.Error);
        again.ExitCode.ShouldBe(ExitCode.FailedRun, again.Error);
        again.Output.ShouldContain("no bread");
    }

    [Fact]
    public async Task Cancel_EndsARunUnderWay_AndRefusesAFinishedTask()
    {
        var id = await ImportAsync("Slow", "await asyncio.sleep(50)");
        var run = _p38.RunAsync("run", id, "--config", "now=true");
        while ((await _p38.JsonAsync("tasks", id, "--status", "running")).GetArrayLength() == 0) { }

        var cancelled = await _p38.DoneAsync("cancel", "Slow");
        var ended = await run;
        var again = await _p38.RunAsync("cancel", "Slow");

        cancelled.ShouldContain($"of agent {id} is cancelled.");
        ended.ExitCode.ShouldBe(ExitCode.FailedRun, ended.Output);
        ended.Output.ShouldContain("Cancelled by a person.");
        again.ExitCode.ShouldBe(ExitCode.Refused);
        again.Error.ShouldContain("is finished already; it is cancelled.");
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("cancel")]
    public async Task Verb_EndsWithNotFound_WhenThereIsNoSuchTask(string verb)
    {
        var ended = await _p38.RunAsync(verb, "999999");

        ended.ExitCode.ShouldBe(ExitCode.NotFound, ended.Error);
        ended.Error.ShouldContain("There is no task 999999. 'p38 tasks' shows those there are.");
    }

    private async Task<string> ImportAsync(string name, string body)
    {
        var program = _p38.NewFile($"{name}.py", Programs.Doing(body));
        return (await _p38.JsonAsync("import", program, "--lenient", "--name", name)).GetProperty("id").GetRawText();
    }
}
