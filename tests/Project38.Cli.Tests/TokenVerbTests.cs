namespace Project38.Cli.Tests;

public sealed class TokenVerbTests : IAsyncLifetime
{
    private readonly P38 _p38 = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task Token_SaysWhereItIs_AndPrintsItOnlyWhenAsked()
    {
        var none = await _p38.RunAsync("token", "show");
        var before = await _p38.DoneAsync("token");
        await _p38.DoneAsync("list");
        var where = await _p38.DoneAsync("token");
        var token = (await _p38.DoneAsync("token", "show")).Trim();

        none.ExitCode.ShouldBe(ExitCode.NotFound);
        before.ShouldContain("There is no token yet.");
        where.ShouldContain($"The token is in {_p38.Home}/token.");
        where.ShouldNotContain(token);
        token.Length.ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task New_MakesAnother_AfterAsking()
    {
        await _p38.DoneAsync("list");
        var old = await _p38.DoneAsync("token", "show");

        var unsure = await _p38.RunAsync("token", "new");
        var same = await _p38.DoneAsync("token", "show");
        await _p38.DoneAsync("token", "new", "--yes");

        unsure.ExitCode.ShouldBe(ExitCode.Refused);
        same.ShouldBe(old);
        (await _p38.DoneAsync("token", "show")).ShouldNotBe(old);
        await _p38.DoneAsync("list");
    }

    [Fact]
    public async Task New_SaysWhatToDo_WhenTheServiceRuns()
    {
        var service = new Service();
        await service.InitializeAsync();

        var refused = await service.P38.RunAsync("token", "new", "--yes");

        refused.ExitCode.ShouldBe(ExitCode.Refused);
        refused.Error.ShouldContain("Stop it, call 'p38 token new' again");
        await service.DisposeAsync();
    }
}
