namespace Project38.Cli.Completion;

/// <summary>What a shell needs to complete a line: it asks <c>p38 complete</c>, so that no list of verbs is kept twice.</summary>
internal static class ShellScripts
{
    private const string Bash = """
        # Completion of p38 in bash. Put this line into ~/.bashrc:  source <(p38 completion bash)
        _p38() {
            local word
            COMPREPLY=()
            while IFS= read -r word; do
                COMPREPLY+=("$(printf '%q' "$word")")
            done < <("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
        }
        complete -o default -F _p38 p38
        """;

    private const string Zsh = """
        #compdef p38
        # Completion of p38 in zsh. Put this line into ~/.zshrc, after compinit:  source <(p38 completion zsh)
        _p38() {
            local -a found
            found=("${(@f)$("${words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
            if [[ -n "${found[*]}" ]]; then
                compadd -a found
            else
                _files
            fi
        }
        compdef _p38 p38
        """;

    private const string Fish = """
        # Completion of p38 in fish. Put it where fish looks:  p38 completion fish > ~/.config/fish/completions/p38.fish
        function __p38_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            $words[1] complete -- $words[2..-1] (string unescape -- $current; or string collect -- $current) 2>/dev/null
        end
        complete -c p38 -a '(__p38_complete)'
        """;

    /// <summary>By the name of their shell.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } =
        new Dictionary<string, string>
        {
            ["bash"] = Bash,
            ["zsh"] = Zsh,
            ["fish"] = Fish,
        };
}
