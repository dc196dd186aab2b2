using Project38.Testing;

namespace Project38.Cli.Tests;

/// <summary>Packages for agents, from a folder of wheels.</summary>
public sealed class PythonVerbTests(Service service) : IClassFixture<Service>
{
    private const string Program = """
        import rhymes


        class Agent:
            def __init__(self, config):
                pass

            async def execute(self):
                return {"status": "success", "result": rhymes.of("moon")}
        """;

    private readonly P38 _p38 = service.P38;

    [Fact]
    public async Task Python_GivesAgentsPackages()
    {
        var wheels = Wheel.Write(Path.Join(_p38.Folder, "wheels"), "rhymes", "def of(word):\n    return 'spoon'\n");
        var program = _p38.NewFile("poet.py", Program);
        (await _p38.DoneAsync("python", "list")).ShouldStartWith("There are no Python images");

        var missing = await _p38.RunAsync("check", program);
        var added = await _p38.DoneAsync("python", "add", "poems", "rhymes", "--find-links", "wheels");
        var checkedWithIt = await _p38.RunAsync("check", program, "--python", "poems");
        var agent = await _p38.JsonAsync("import", program, "--lenient", "--config", "python=poems");
        var id = agent.GetProperty("id").GetRawText();

        Directory.Exists(wheels).ShouldBeTrue();
        missing.Output.ShouldContain("p38 python add NAME rhymes");
        added.ShouldBe("Python image poems has rhymes.\n");
        checkedWithIt.Output.ShouldNotContain("import-missing");
        (await _p38.DoneAsync("run", id)).ShouldContain("spoon");
        (await _p38.DoneAsync("python", "list")).ShouldMatch($@"poems +python3\.\d+ .* {id} +rhymes\n");

        var used = await _p38.RunAsync("python", "remove", "poems", "--yes");
        used.ExitCode.ShouldBe(ExitCode.Refused);
        used.Error.ShouldContain($"is used by {id} ('poet').");
        var meant = await _p38.RunAsync("python", "remove", "poem", "--yes");
        meant.ExitCode.ShouldBe(ExitCode.NotFound);
        meant.Error.ShouldContain("Did you mean 'poems'?");
        await _p38.DoneAsync("delete", id, "--yes");
        (await _p38.DoneAsync("python", "remove", "poems", "--yes")).ShouldBe("Python image poems is gone.\n");
    }

    [Fact]
    public async Task Add_SaysWhatFailed_AndWhatToDo()
    {
        Directory.CreateDirectory(Path.Join(_p38.Folder, "empty"));

        var failed = await _p38.RunAsync("python", "add", "sad", "rhymes", "--find-links", "empty");

        failed.ExitCode.ShouldBe(ExitCode.Refused);
        failed.Error.ReplaceLineEndings(" ").ShouldContain("No matching distribution found for rhymes.");
        failed.Error.ReplaceLineEndings(" ").ShouldContain("name a folder of wheels with --find-links");
    }
}
