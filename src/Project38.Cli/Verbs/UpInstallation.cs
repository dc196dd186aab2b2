using System.CommandLine;
using Project38.Cli.Installation;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 up --install</c> and <c>--uninstall</c>: the service under systemd.</summary>
internal static class UpInstallation
{
    private static readonly Option<bool> Install = new("--install")
    {
        Description = "Let systemd run it from now on, as a unit of yours",
    };
    private static readonly Option<bool> Uninstall = new("--uninstall")
    {
        Description = "Take that unit away; the home stays",
    };
    private static readonly Option<bool> OfMachine = new("--system")
    {
        Description = "The unit is the machine's, and runs as root",
    };
    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "With --install: only show the unit",
    };

    /// <summary>What <c>up</c> takes.</summary>
    public static List<Option> Options { get; } = [Install, Uninstall, OfMachine, DryRun];

    /// <summary>What the options ask for; null: nothing.</summary>
    public static Func<VerbRun, CancellationToken, Task<int>>? AskedFor(VerbRun run) =>
        (run.Get(Install), run.Get(Uninstall), run.Get(DryRun), run.Get(OfMachine)) switch
        {
            (true, false, _, _) => InstallAsync,
            (false, true, false, _) => UninstallAsync,
            (false, false, false, false) => null,
            _ => throw new CliException(
                ExitCode.Usage,
                "Write 'p38 up --install [--system] [--dry-run]' or 'p38 up --uninstall [--system]'."
            ),
        };

    private static async Task<int> InstallAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var environment = ServiceEnvironment.Read();
        var systemd = new Systemd(run.Get(OfMachine));
        var unit = new ServiceUnit
        {
            Command = ServiceEnvironment.Command(),
            Environment = ServiceEnvironment.ForUnit(run.Home, environment),
            EnvironmentFile = Path.Join(run.Home.Path, SettingsFile.Name),
            IsSystem = run.Get(OfMachine),
        };
        if (run.Get(DryRun))
        {
            run.Screen.Note($"Nothing was changed. --install would write this to {systemd.UnitPath}:");
        }
        else
        {
            await new ServiceInstallation(run.Home, run.Screen, systemd).InstallAsync(
                unit,
                environment,
                cancellationToken
            );
        }

        if (run.Screen.Json)
        {
            run.Screen.Result(new UnitResponse(systemd.UnitPath, unit.Text()), ContractsJson.Default.UnitResponse);
        }
        else if (run.Get(DryRun))
        {
            run.Screen.Raw(unit.Text());
        }
        return ExitCode.Ok;
    }

    private static async Task<int> UninstallAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var systemd = new Systemd(run.Get(OfMachine));
        await new ServiceInstallation(run.Home, run.Screen, systemd).UninstallAsync(cancellationToken);
        return ExitCode.Ok;
    }
}
