using Project38.Cli.Verbs;

namespace Project38.Cli.Tests;

/// <summary>Paths of <c>p38 files</c>: those of the workspace, and those of the machine it is called on.</summary>
public sealed class FilesVerbTests(Service service) : IClassFixture<Service>
{
    private readonly P38 _p38 = service.P38;

    [Theory]
    [InlineData("../../../system", "'..' leads out of the folder")]
    [InlineData("../..", "'..' leads out of the folder")]
    [InlineData("a/../../files", "'..' leads out of the folder")]
    [InlineData(".", "names no file")]
    [InlineData("./", "names no file")]
    [InlineData("/", "names no file")]
    [InlineData("", "names no file")]
    public async Task Get_RefusesAndPrintsNothing_WhenThePathIsNoFileOfTheWorkspace(string path, string says)
    {
        var ended = await _p38.RunAsync("files", await AgentAsync(), "get", path);

        ended.ExitCode.ShouldBe(ExitCode.Refused, ended.Error);
        ended.Error.ShouldContain($"'{path}' is no path here: ");
        ended.Error.ShouldContain(says);
        ended.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_GivesAFileInAFolder_WhenItsPathHasADot()
    {
        var agent = await AgentAsync();
        await _p38.DoneAsync("files", agent, "put", _p38.NewFile("a #%2e?.csv", "1,2\n"));

        var content = await _p38.DoneAsync("files", agent, "get", "./a #%2e?.csv");

        content.ShouldBe("1,2\n");
    }

    [Theory]
    [InlineData("/no/such/folder/x.csv")]
    [InlineData("/tmp")]
    [InlineData("")]
    public async Task Get_EndsWithUsageAndTheUsersOwnPath_WhenNothingCanBeWrittenThere(string target)
    {
        var ended = await _p38.RunAsync("files", "1", "get", "x.csv", "-o", target);

        ended.ExitCode.ShouldBe(ExitCode.Usage, ended.Error);
        ended.Error.ShouldStartWith($"p38: '{target}' ");
        ended.Error.ShouldNotContain(".part");
    }

    [Fact]
    public async Task Get_WritesIntoAPipeAndLeavesItOne_WhenTheTargetIsNoFile()
    {
        var agent = await AgentAsync();
        await _p38.DoneAsync("files", agent, "put", _p38.NewFile("b.csv", "1,2\n"));
        var pipe = Path.Join(_p38.Folder, "pipe");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        using var reader = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite);

        await _p38.DoneAsync("files", agent, "get", "b.csv", "-o", pipe);

        FileKind.IsRegular(pipe).ShouldBeFalse();
        var got = new byte[4];
        await reader.ReadExactlyAsync(got, TestContext.Current.CancellationToken);
        got.ShouldBe("1,2\n"u8.ToArray());
    }

    [Theory]
    [InlineData("put", "agent.csv", "-o", "copy.csv")]
    [InlineData("list", "-o", "copy.csv")]
    [InlineData("list", "agent.csv")]
    public async Task Files_EndsWithUsage_WhenAnActionIsGivenWhatItDoesNotTake(params string[] arguments)
    {
        var ended = await _p38.RunAsync(["files", "1", .. arguments]);

        ended.ExitCode.ShouldBe(ExitCode.Usage, ended.Error);
    }

    private async Task<string> AgentAsync()
    {
        var program = _p38.NewFile("plain.py", Programs.Plain);
        return (await _p38.JsonAsync("import", program, "--lenient")).GetProperty("id").GetRawText();
    }
}
