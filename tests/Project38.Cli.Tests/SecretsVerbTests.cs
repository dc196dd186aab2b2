using Project38.Testing;

namespace Project38.Cli.Tests;

public sealed class SecretsVerbTests : IAsyncLifetime
{
    private const string Key = "sk-of-the-secret-5d2f";

    private readonly P38 _p38 = new();
    private ClaudeStandIn _claude = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _claude = await ClaudeStandIn.StartAsync();
        _p38.Environment["P38_MODEL_URL"] = _claude.Address.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _p38.DisposeAsync();
        await _claude.DisposeAsync();
    }

    [Fact]
    public async Task Set_TakesTheValueFromStandardInput_AndTheModelUsesIt()
    {
        var doctorBefore = await _p38.RunAsync("doctor");
        var set = await SetAsync("ANTHROPIC_API_KEY", Key + "\n");
        var listed = await _p38.JsonAsync("secrets", "list");
        var doctor = await _p38.RunAsync("doctor");
        _claude.Reply(new ClaudeReply { Status = 401, Error = $"Not a key: {Key}" });
        var created = await _p38.RunAsync("create", "Say hello to the moon each evening at nine, politely");
        var deleted = await _p38.DoneAsync("secrets", "delete", "ANTHROPIC_API_KEY", "--yes");
        var gone = await _p38.RunAsync("secrets", "delete", "ANTHROPIC_API_KEY");

        doctorBefore.Output.ShouldContain("p38 secrets set ANTHROPIC_API_KEY");
        set.ExitCode.ShouldBe(ExitCode.Ok, set.Error);
        listed[0].GetProperty("name").GetString().ShouldBe("ANTHROPIC_API_KEY");
        doctor.Output.ShouldContain("with the key of the secret ANTHROPIC_API_KEY");
        _claude.Requests.ShouldHaveSingleItem().Key.ShouldBe(Key);
        created.Error.ShouldContain("Look at the secret ANTHROPIC_API_KEY.");
        created.Error.ShouldContain("Not a key: [secret ANTHROPIC_API_KEY]");
        deleted.ShouldContain("is gone");
        gone.ExitCode.ShouldBe(ExitCode.NotFound);
        gone.Error.ShouldContain("'p38 secrets list' shows");
        foreach (var ended in new[] { set, doctor, created, gone })
        {
            (ended.Output + ended.Error).ShouldNotContain(Key);
        }
    }

    [Theory]
    [InlineData("", ExitCode.Usage, "There is no value")]
    [InlineData("\n", ExitCode.Usage, "There is no value")]
    public async Task Set_RefusesNothing(string value, int exitCode, string message)
    {
        var ended = await SetAsync("NAME", value);

        ended.ExitCode.ShouldBe(exitCode);
        ended.Error.ShouldContain(message);
    }

    [Theory]
    [InlineData("set", "")]
    [InlineData("set", "..")]
    [InlineData("delete", "")]
    public async Task Name_IsRefusedInWords_WhenItIsNone(string verb, string name)
    {
        var ended = await _p38.RunAsync("secrets", verb, name);

        ended.ExitCode.ShouldBe(ExitCode.Refused);
        ended.Error.ShouldContain($"'{name}' is no name of a secret");
        ended.Error.ShouldContain("p38 secrets set ANTHROPIC_API_KEY");
    }

    [Fact]
    public async Task Set_TakesNoValueAsAnArgument()
    {
        var ended = await _p38.RunAsync("secrets", "set", "NAME", Key);

        ended.ExitCode.ShouldBe(ExitCode.Usage);
    }

    private async Task<P38.Ended> SetAsync(string name, string value)
    {
        using var process = _p38.Start("secrets", "set", name);
        await process.StandardInput.WriteAsync(value);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(Cancelled);
        var output = await process.StandardOutput.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return new P38.Ended(process.ExitCode, output, await error);
    }
}
