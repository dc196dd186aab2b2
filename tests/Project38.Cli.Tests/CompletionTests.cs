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
    [InlineData("sandbox r", "run")]
    [InlineData("sandbox run x.py --level no", "no-cgroup")]
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

    [Fact]
    public async Task Zsh_CompletesVerbsAndTheNamesOfAgents()
    {
        await _p38.DoneAsync("create", "Remind me every day at 8 to drink", "--name", "Boil tea");

        (await InZshAsync("p38 roll")).ShouldBe("p38 rollback ");
        (await InZshAsync("p38 show Boil\\ t")).ShouldBe("p38 show Boil\\ tea ");
    }

    [Fact]
    public async Task Fish_CompletesVerbsAndTheNamesOfAgents()
    {
        await _p38.DoneAsync("create", "Remind me every day at 8 to drink", "--name", "Warm milk");

        (await InFishAsync("p38 roll")).ShouldBe("rollback");
        (await InFishAsync("p38 show Warm\\ m")).ShouldBe("Warm milk");
    }

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

    // Typed on a terminal, with the key pressed; then a key of ours shows the line as it stands.
    private async Task<string> InZshAsync(string typed)
    {
        const string Terminal = """
            zmodload zsh/zpty
            zpty inner zsh -f -i
            zpty -w inner "PS1=; autoload -U compinit; compinit -u -D; source '$1'"
            zpty -w inner 'show() { print -r -- "<$BUFFER>" }; zle -N show; bindkey "^X" show; print ready'
            zpty -r -m inner line '*ready*ready'
            zpty -w -n inner "$2"$'\t\x18'
            zpty -r -m inner line '*<*>*'
            print -rn -- "${${line##*<}%%>*}"
            zpty -d inner
            """;
        return await InAsync("zsh", $"zsh -f '{_p38.NewFile("terminal.zsh", Terminal)}' \"$@\"", typed);
    }

    private Task<string> InFishAsync(string typed) =>
        InAsync("fish", "fish --no-config --command 'source $argv[1]; complete --do-complete $argv[2]' \"$@\"", typed);

    // A shell that is not ours finds the command on its path.
    private async Task<string> InAsync(string shell, string line, string typed)
    {
        var script = _p38.NewFile($"completion.{shell}", await _p38.DoneAsync("completion", shell));
        File.SetUnixFileMode(
            _p38.NewFile("p38", $"#!/bin/sh\nexec {_p38.Shell} \"$@\"\n"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        using var outer = Process.Start(_p38.ShellStart($"PATH=\"$PWD:$PATH\" {line}", script, typed))!;
        outer.StandardInput.Close();
        var said = await outer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        return said.TrimEnd('\n');
    }
}
