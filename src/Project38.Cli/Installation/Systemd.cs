using System.ComponentModel;
using System.Diagnostics;

namespace Project38.Cli.Installation;

/// <summary>systemd on this machine: where its units lie, and how it is told of them.</summary>
/// <param name="system">The machine's, rather than the user's.</param>
internal sealed class Systemd(bool system)
{
    /// <summary>There while systemd is the machine's init, see <c>sd_booted(3)</c>.</summary>
    public string Mark { get; init; } = "/run/systemd/system";

    /// <summary>The program that speaks to it. Default: the one on PATH.</summary>
    public string Program { get; init; } = "systemctl";

    /// <summary>Where units of one's own lie.</summary>
    public string Folder { get; init; } = system ? "/etc/systemd/system" : Path.Join(ConfigHome(), "systemd", "user");

    /// <summary>Where our unit lies.</summary>
    public string UnitPath => Path.Join(Folder, ServiceUnit.Name);

    /// <summary>How a person asks after the unit.</summary>
    public string Status => system ? "systemctl status p38" : "systemctl --user status p38";

    /// <summary>How a person reads its log.</summary>
    public string Journal => system ? "journalctl -u p38" : "journalctl --user -u p38";

    /// <summary>Whether units end with the user's last session.</summary>
    public bool EndsWithSession =>
        !system && LocalUser.Name is { } user && !File.Exists(Path.Join("/var/lib/systemd/linger", user));

    /// <summary>Refuses where systemd does not run.</summary>
    /// <exception cref="CliException">It does not.</exception>
    public void Require()
    {
        if (!Directory.Exists(Mark))
        {
            throw new CliException(
                ExitCode.Refused,
                $"systemd does not run here ({Mark} is not there), so nothing was changed. Let what starts programs here "
                    + "run 'p38 up', or see the unit with 'p38 up --install --dry-run'."
            );
        }
    }

    /// <summary>Tells it something.</summary>
    /// <exception cref="CliException">It refused, or could not be asked.</exception>
    public async Task TellAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        string[] arguments = system ? [.. words] : ["--user", .. words];
        var told = string.Join(' ', arguments.Prepend("systemctl"));
        var start = new ProcessStartInfo(Program, arguments) { UseShellExecute = false, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new CliException(
                    ExitCode.Server,
                    $"'{told}' failed: {error.Trim()}\nSee '{Status}' and '{Journal}', mend it, and do this again."
                );
            }
        }
        catch (Win32Exception exception)
        {
            throw new CliException(ExitCode.Server, $"'{told}' could not be run: {exception.Message}", exception);
        }
    }

    private static string ConfigHome() =>
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } named
            ? named
            : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
}
