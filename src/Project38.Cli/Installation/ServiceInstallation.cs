using Project38.Cli.Output;

namespace Project38.Cli.Installation;

/// <summary>Puts the service under systemd, and takes it away again.</summary>
internal sealed class ServiceInstallation(Home home, Screen screen, Systemd systemd)
{
    /// <summary>Writes the unit, and starts it now and whenever it should run.</summary>
    /// <exception cref="CliException">systemd does not run, refused, or the service did not come up.</exception>
    public async Task InstallAsync(
        ServiceUnit unit,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken
    )
    {
        systemd.Require();
        var text = unit.Text();
        if (!File.Exists(systemd.UnitPath) && home.ReadServer() is { Mode: "up" } other)
        {
            throw new CliException(
                ExitCode.Refused,
                $"'p38 up' runs in {home.Path} by hand: process {other.Pid}. Stop it, then install."
            );
        }

        home.Prepare();
        var settings = SettingsFile.Of(environment);
        var written = SettingsFile.WriteNew(unit.EnvironmentFile, settings);
        WriteUnit(text);
        screen.Part("unit", systemd.UnitPath);
        screen.Part("settings", unit.EnvironmentFile + Taken(written, settings));

        await systemd.TellAsync(["daemon-reload"], cancellationToken);
        await systemd.TellAsync(["enable", ServiceUnit.Name], cancellationToken);
        screen.Note("Starting it.");
        await systemd.TellAsync(["restart", ServiceUnit.Name], cancellationToken);

        screen.Part("runs", $"in {home.Path}. See it with '{systemd.Status}', its log with '{systemd.Journal}'.");
        if (systemd.EndsWithSession)
        {
            screen.Part("ends", "with your last session. To let it run on: loginctl enable-linger");
        }
    }

    /// <summary>Stops the service, and takes its unit away. The home stays.</summary>
    /// <exception cref="CliException">There is none, systemd does not run, or it refused.</exception>
    public async Task UninstallAsync(CancellationToken cancellationToken)
    {
        systemd.Require();
        if (!File.Exists(systemd.UnitPath))
        {
            throw new CliException(
                ExitCode.NotFound,
                $"There is no {systemd.UnitPath}, so nothing was changed. A unit of the machine needs --system, one of a user none."
            );
        }

        screen.Note("Stopping it, after the runs that run.");
        await systemd.TellAsync(["disable", "--now", ServiceUnit.Name], cancellationToken);
        File.Delete(systemd.UnitPath);
        await systemd.TellAsync(["daemon-reload"], cancellationToken);

        screen.Part("gone", systemd.UnitPath);
        screen.Part(
            "kept",
            $"{home.Path}, with agents, secrets and {SettingsFile.Name}. Delete it by hand if you want to."
        );
    }

    private void WriteUnit(string text)
    {
        try
        {
            Directory.CreateDirectory(systemd.Folder);
            var part = $"{systemd.UnitPath}.part";
            File.WriteAllText(part, text);
            File.Move(part, systemd.UnitPath, overwrite: true);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CliException(
                ExitCode.Refused,
                $"{systemd.Folder} may not be written to: {exception.Message} Do it as root, or leave --system out.",
                exception
            );
        }
    }

    private static string Taken(bool written, IReadOnlyList<KeyValuePair<string, string>> settings) =>
        !written ? ", kept as it is"
        : settings.Count == 0 ? ", empty as yet"
        : $", with what is set here: {string.Join(", ", settings.Select(one => one.Key))}";
}
