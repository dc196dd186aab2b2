namespace Project38.Cli.Tests;

public sealed class ApprovalsVerbTests(Service service) : IClassFixture<Service>
{
    private const string Asking = """"
        """Asks before it does anything."""

        from p38 import tools


        class Agent:
            """Asks."""

            def __init__(self, config: dict) -> None:
                """Need nothing."""

            async def execute(self) -> dict:
                """Ask once."""
                print("looking")
                answer = await tools.approval.ask("Buy 3 for 500 USD?", details="It fell.")
                return {"status": "success", "result": answer.note}
        """";

    private P38 P38 => service.P38;

    [Fact]
    public async Task Question_IsShownAnsweredAndReplayed()
    {
        var file = Path.Join(service.P38.Home, "asking.py");
        await File.WriteAllTextAsync(file, Asking, TestContext.Current.CancellationToken);
        await P38.DoneAsync("import", file, "--name", "asker", "--lenient");
        await P38.DoneAsync("config", "asker", "record=true");

        var ran = await P38.DoneAsync("run", "asker");
        var listed = await P38.JsonAsync("approvals");
        var id = listed[0].GetProperty("id").GetRawText();
        var shown = await P38.DoneAsync("approvals", "show", id);
        var approved = await P38.DoneAsync("approvals", "approve", id, "--note", "go on");
        var other = await P38.RunAsync("approvals", "reject", id);
        var task = listed[0].GetProperty("task_id").GetRawText();
        await P38.DoneAsync("logs", task, "--follow");
        var logs = await P38.JsonAsync("logs", task);
        var run = logs.GetProperty("runs")[1];
        var replayed = await P38.DoneAsync("replay", run.GetProperty("id").GetRawText());

        ran.ShouldContain("It waits for a person. It asks: Buy 3 for 500 USD?");
        shown.ShouldContain("It fell.");
        approved.ShouldContain($"Approval {id} is approved.");
        other.ExitCode.ShouldBe(ExitCode.Refused);
        other.Error.ShouldContain("was approved already");
        logs.GetProperty("task").GetProperty("result").GetString().ShouldBe("\"go on\"");
        replayed.ShouldContain("looking");
        replayed.ShouldContain("1 call answered from the record");
        (await P38.DoneAsync("approvals")).ShouldContain("No agent waits for an answer.");
        (await P38.DoneAsync("approvals", "list", "--all")).ShouldContain("approved");
    }
}
