namespace Project38.Cli.Tests;

public sealed class HookVerbTests : IAsyncLifetime
{
    private readonly P38 _p38 = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task Hook_IsAddedListedAndRemoved()
    {
        await _p38.DoneAsync("create", "Remind me every day at 8 to drink", "--name", "Drink");

        var none = await _p38.DoneAsync("hook", "list", "Drink");
        var added = await _p38.DoneAsync("hook", "add", "Drink", "--name", "GitHub");
        var listed = await _p38.JsonAsync("hook", "list", "Drink");
        var number = $"{listed[0].GetProperty("id").GetInt64()}";
        var table = await _p38.DoneAsync("hook", "list", "Drink");
        var missing = await _p38.RunAsync("hook", "remove", "Drink", "999", "--yes");
        var removed = await _p38.DoneAsync("hook", "remove", "Drink", number, "--yes");

        none.ShouldContain("p38 hook add");
        added.ShouldContain("/api/hooks/");
        listed[0].GetProperty("name").GetString().ShouldBe("GitHub");
        table.ShouldContain("never");
        table.ShouldNotContain("/api/hooks/");
        missing.ExitCode.ShouldBe(ExitCode.NotFound);
        removed.ShouldContain("is gone");
        (await _p38.JsonAsync("hook", "list", "Drink")).GetArrayLength().ShouldBe(0);
    }
}
