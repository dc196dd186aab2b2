using System.Diagnostics;
using Project38.Cli.Verbs;

namespace Project38.Cli.Tests;

/// <summary>What a person gets who asks for what cannot be: what, why, what to do; and nothing is kept.</summary>
public sealed class BadInputTests(Service service) : IClassFixture<Service>
{
    private readonly P38 _p38 = service.P38;

    public static TheoryData<string, string[], string> Refusals =>
        new()
        {
            { "empty", ["create", ""], "The sentence is empty" },
            { "9 characters", ["create", "Add it up"], "The sentence has 9 characters" },
            { "2,001 characters", ["create", new string('a', 2001)], "The sentence has 2,001 characters" },
            {
                "a name that is a number",
                ["create", "Remind me every day at 9 to stretch", "--name", "7"],
                "agents are called by number too"
            },
            {
                "four fields",
                ["create", "Remind me every day at 9 to stretch", "--config", "{\"schedule\": \"0 8 * *\"}"],
                "it has 4 fields, and needs 5"
            },
            { "nothing serves it", ["create", "Sing me a song about the sea every day at 8"], "“sea”" },
            { "a day that never comes", ["create", "Remind me on February 30 at 8 to dance"], "" },
            {
                "an unknown zone",
                ["create", "Remind me every day at 9 to stretch", "--timezone", "Mars/Olympus"],
                "Mars/Olympus"
            },
            {
                "a cron that never fires",
                ["create", "Remind me every day at 9 to stretch", "--config", "{\"schedule\": \"0 0 30 2 *\"}"],
                "never"
            },
            {
                "a text for a number",
                [
                    "create",
                    "Every day at 8 add up expenses.csv and tell me when the total passes 1000",
                    "--config",
                    "threshold=abc",
                ],
                "'threshold' would be 'abc', and this agent reckons with a number there. Give one, for example threshold=1000."
            },
            {
                "no cron",
                ["create", "Remind me every day at 9 to stretch", "--config", "{\"schedule\": \"soon\"}"],
                "soon"
            },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Create_RefusesAndKeepsNothing_WhenItCannotBe(string what, string[] arguments, string says)
    {
        var ended = await _p38.RunAsync(arguments);

        ended.ExitCode.ShouldBe(ExitCode.Refused, $"{what}: {ended.Error}{ended.Output}");
        ended.Error.ShouldStartWith("p38: ");
        ended.Error.ShouldContain(says);
        ended.Output.ShouldBeEmpty();
        (await _p38.JsonAsync("list")).GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "'p38 list' shows them", "show", "")]
    [InlineData(ExitCode.NotFound, "There is no agent 99. 'p38 list' shows those there are.", "show", "99")]
    [InlineData(ExitCode.NotFound, "There is no task 99. 'p38 tasks' shows those there are.", "logs", "99")]
    public async Task Verb_SaysWhichVerbHelps_WhenThereIsNoSuchThing(int code, string says, params string[] arguments)
    {
        var ended = await _p38.RunAsync(arguments);

        ended.ExitCode.ShouldBe(code, ended.Error);
        ended.Error.ShouldContain(says);
    }

    [Fact]
    public async Task Create_RefusesAtOnce_WhenAFileIsAPipe()
    {
        var pipe = Path.Join(_p38.Folder, "pipe.csv");
        using (var made = Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var ended = await _p38.RunAsync("create", "Add up pipe.csv every day at 8", "--file", pipe);

        ended.ExitCode.ShouldBe(ExitCode.Usage);
        ended.Error.ShouldContain("a pipe or a device");
    }

    [Fact]
    public async Task Check_SaysSo_WhenTheFileIsNotUtf8()
    {
        var path = Path.Join(_p38.Folder, "latin.py");
        await File.WriteAllBytesAsync(path, [(byte)'#', 0xE9, (byte)'\n'], TestContext.Current.CancellationToken);

        var ended = await _p38.RunAsync("check", path);

        ended.ExitCode.ShouldBe(ExitCode.Usage);
        ended.Error.ShouldContain("not UTF-8");
    }

    [Fact]
    public async Task Check_HoldsProgramsToTheSizeTheServerHoldsThemTo()
    {
        var most = _p38.NewFile("most.py", "# " + new string('x', (int)LocalFile.MaxProgramBytes - 3) + "\n");
        var more = _p38.NewFile("more.py", "# " + new string('x', (int)LocalFile.MaxProgramBytes - 2) + "\n");
        var large = _p38.NewFile("large.py", string.Concat(Enumerable.Repeat("x = 1\n", 900_000)));

        var taken = await _p38.RunAsync("check", most);
        var refused = await _p38.RunAsync("check", more);
        var far = await _p38.RunAsync("import", large);

        taken.ExitCode.ShouldBe(ExitCode.Refused);
        taken.Output.ShouldNotContain("error size");
        refused.ExitCode.ShouldBe(ExitCode.Usage);
        refused.Error.ShouldContain("131,073 bytes; 131,072 are the most");
        far.ExitCode.ShouldBe(ExitCode.Usage);
        far.Error.ShouldContain("5.1 MB; 128.0 KB are the most");
    }

    [Theory]
    [InlineData("<html><body>hello</body></html>\n", "syntax")]
    [InlineData("x = 1\n", "contract")]
    [InlineData("import numpy\n\nprint(numpy.pi)\n", "import-missing")]
    public async Task Check_NamesFileLineAndRule_WhenTheProgramIsNoAgent(string code, string says)
    {
        var program = _p38.NewFile("agent file.py", code);

        var ended = await _p38.RunAsync("check", program);

        ended.ExitCode.ShouldBe(ExitCode.Refused, ended.Error);
        ended.Output.ShouldContain($"{program}:");
        ended.Output.ShouldContain(says);
    }

    [Fact]
    public async Task Check_SaysSo_WhenTheFileIsEmpty()
    {
        var ended = await _p38.RunAsync("check", _p38.NewFile("empty.py", "\n"));

        ended.ExitCode.ShouldBe(ExitCode.Usage);
        ended.Error.ShouldContain("empty.py' is empty");
    }

    [Theory]
    [InlineData("x = ", '(', ')')]
    [InlineData("x = ", '[', ']')]
    public async Task Check_EndsWithAFinding_WhenTheProgramIsNestedTooDeeply(string start, char open, char close)
    {
        var program = _p38.NewFile("deep.py", start + new string(open, 10_000) + new string(close, 10_000) + "\n");

        var ended = await _p38.RunAsync("check", program);

        ended.ExitCode.ShouldBe(ExitCode.Refused, ended.Error);
        ended.Output.ShouldContain("error ");
    }
}
