using System.CommandLine;
using System.Diagnostics;
using Project38.Cli.Completion;

namespace Project38.Cli.Tests;

/// <summary>What a shell is told when somebody presses the key.</summary>
public sealed class CompletionTests(Service service) : IClassFixture<Service>
{
    private static readonly RootCommand _root = CommandLine.Create();
    private readonly P38 _p38 = service.P38;

    [Theory]
    [InlineData("ver", "versions")]
    [InlineData("secrets s", "set")]
    [InlineData("show --c", "--code")]
    [InlineData("show 1 --js", "--json")]
    [InlineData("tasks --status can", "cancelled")]
    [InlineData("files 1 g", "get")]
    [InlineData("create --name x --ru", "--run")]
    [InlineData("check ", "")]
    [InlineData("complete", "")] // for scripts, not for people
    public void Next_GivesWhatMayStandThere(string line, string words) =>
        string.Join(' ', Completer.Next(_root, line.Split(' ')).Where(word => word != "completion")).ShouldBe(words);

    [Fact]
    public async Task Bash_CompletesVerbsAndTheNamesOfAgents()
    {
        await _p38.DoneAsync("create", "Remind me every day at 8 to drink", "--name", "Drink water");

        (await InBashAsync("p38", "roll")).ShouldBe("rollback");
        (await InBashAsync("p38", "show", "Dr")).ShouldBe("Drink\\ water");
        (await InBashAsync("p38", "show", "Nobody")).ShouldBe("");
    }

    [Fact]
    public async Task Complete_StartsNoServer()
    {
        await using var alone = new P38();

        (await alone.DoneAsync("complete", "--", "show", "")).ShouldBe("");

        Directory.Exists(alone.Home).ShouldBeFalse();
    }

    [Theory]
    [InlineData("zsh", "compdef _p38 p38")]
    [InlineData("fish", "complete -c p38")]
    public async Task Completion_PrintsTheScriptOfAShell(string shell, string holds) =>
        (await _p38.DoneAsync("completion", shell)).ShouldContain(holds);

    // As bash does it: the script sourced, the words set, its function called.
    private async Task<string> InBashAsync(params string[] words)
    {
        var script = _p38.NewFile("completion.bash", await _p38.DoneAsync("completion", "bash"));
        var line =
            $"p38() {{ {_p38.Shell} \"$@\"; }}; source '{script}'; "
            + "COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _p38; printf '%s' \"${COMPREPLY[*]}\"";
        using var bash = Process.Start(_p38.ShellStart(line, words))!;
        return await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
