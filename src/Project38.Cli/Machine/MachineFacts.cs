using Project38.Contracts;

namespace Project38.Cli.Machine;

/// <summary>What this machine has of what agents need, found by trying it.</summary>
internal static class MachineFacts
{
    private const string Python = "/usr/bin/python3";
    private static readonly string[] VersionArgument = ["--version"];

    /// <summary>All facts that need no server. All are essential.</summary>
    public static async Task<IReadOnlyList<FactResponse>> FindAsync(Home home, CancellationToken cancellationToken) =>
        [
            Fact(
                "dotnet",
                $".NET {Environment.Version}",
                works: Environment.Version.Major >= 10,
                "Install dotnet-sdk-10.0."
            ),
            HomeFact(home),
            Fact(
                "bubblewrap",
                await VersionAsync("/usr/bin/bwrap", cancellationToken),
                "Run: apt-get install bubblewrap"
            ),
            Fact("python3", await VersionAsync(Python, cancellationToken), "Run: apt-get install python3"),
            Fact("pytest", await PythonModuleAsync("pytest", cancellationToken), "Run: apt-get install python3-pytest"),
            await RuffAsync(cancellationToken),
            Fact(
                "tzdata",
                "time zones by name",
                TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Jerusalem", out _),
                "Run: apt-get install tzdata"
            ),
        ];

    // The server has the same two: node on PATH, and the folder that P38_RUFF names or that lies beside the program.
    private static async Task<FactResponse> RuffAsync(CancellationToken cancellationToken)
    {
        if (await ProgramProbe.FirstLineAsync("node", VersionArgument, cancellationToken) is not { } node)
        {
            return Fact("ruff", "node, which runs it, is not on PATH", works: false, "Run: apt-get install nodejs npm");
        }

        var folder = Environment.GetEnvironmentVariable("P38_RUFF") is { Length: > 0 } named
            ? named
            : Path.Join(AppContext.BaseDirectory, "runtime", "ruff");
        return Directory.Exists(Path.Join(folder, "node_modules", "@astral-sh", "ruff-wasm-nodejs"))
            ? Fact("ruff", $"on node {node}", works: true, "")
            : Fact(
                "ruff",
                $"not installed in {folder}",
                works: false,
                File.Exists(Path.Join(folder, "package-lock.json"))
                    ? $"Run: npm ci --prefix {folder}"
                    : "Use the 'p38' script of a clone, which installs it, or set P38_RUFF to the clone's runtime/ruff."
            );
    }

    private static FactResponse HomeFact(Home home)
    {
        const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            home.Prepare();
            var open = (File.GetUnixFileMode(home.Path) & Others) != UnixFileMode.None;
            return Fact(
                "home",
                $"{home.Path}{(open ? ", which others may enter" : "")}",
                !open,
                $"Run: chmod 700 {home.Path}"
            );
        }
        catch (CliException exception)
        {
            return Fact("home", exception.Message, works: false, "Set P38_HOME to a folder of yours.");
        }
    }

    private static Task<string?> VersionAsync(string program, CancellationToken cancellationToken) =>
        ProgramProbe.FirstLineAsync(program, VersionArgument, cancellationToken);

    private static Task<string?> PythonModuleAsync(string module, CancellationToken cancellationToken) =>
        ProgramProbe.FirstLineAsync(
            Python,
            ["-I", "-c", $"import {module}; print('{module}', {module}.__version__)"],
            cancellationToken
        );

    private static FactResponse Fact(string name, string? found, string advice) =>
        Fact(name, found ?? "not found", found is not null, advice);

    private static FactResponse Fact(string name, string detail, bool works, string advice) =>
        new(name, works, detail, works ? null : advice);
}
