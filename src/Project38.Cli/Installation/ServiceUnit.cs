namespace Project38.Cli.Installation;

/// <summary>The unit that keeps <c>p38 up</c> running under systemd.</summary>
internal sealed record ServiceUnit
{
    /// <summary>Its name.</summary>
    public const string Name = "p38.service";

    /// <summary>Longer than <c>p38 up</c> gives its server, so that systemd kills nothing that drains.</summary>
    public static readonly TimeSpan StopLimit = CommandLine.StopLimit + TimeSpan.FromSeconds(30);

    /// <summary>The program, absolute, and what comes before <c>up</c>.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>What the command has to find: its home, and the programs it starts. In this order.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>Settings and keys.</summary>
    public required string EnvironmentFile { get; init; }

    /// <summary>The machine's, started at boot, rather than the user's.</summary>
    public required bool IsSystem { get; init; }

    /// <summary>The file's whole text.</summary>
    /// <exception cref="CliException">A name cannot be written into a unit.</exception>
    public string Text() =>
        $"""
            # Written by 'p38 up --install', which writes it anew; 'p38 up --uninstall' takes it away.
            # Settings and keys belong in the EnvironmentFile below.
            [Unit]
            Description=Project38, agents on a schedule
            {(
                IsSystem ? "Wants=network-online.target\nAfter=network-online.target postgresql.service\n" : ""
            )}# It is to come back after any outage, however long.
            StartLimitIntervalSec=0

            [Service]
            Type=notify
            NotifyAccess=main
            ExecStart={Start()}
            {string.Join("\n", Environment.Select(one => $"Environment={UnitText.Quoted($"{one.Key}={one.Value}")}"))}
            EnvironmentFile=-{UnitText.Pattern(EnvironmentFile)}
            WorkingDirectory=/
            SyslogIdentifier=p38
            Restart=on-failure
            RestartSec=10
            # Wrong usage does not get better; stopped while it started is no failure.
            RestartPreventExitStatus={ExitCode.Usage}
            SuccessExitStatus={ExitCode.Interrupted}
            # A new version migrates the database first.
            TimeoutStartSec=600
            # p38 tells its server to drain; only what is left after this is killed.
            KillMode=mixed
            TimeoutStopSec={StopLimit.TotalSeconds:0}
            # Each run has a cgroup of its own, and may be killed for its memory without an end of the service.
            Delegate=yes
            OOMPolicy=continue

            # What bubblewrap needs stays open: user namespaces, mounts, and a /proc that nothing covers. So no RestrictNamespaces,
            # SystemCallFilter, PrivateUsers, ProtectProc, ProtectKernelTunables, ProtectKernelLogs, ProtectControlGroups or
            # ProtectHostname; and no MemoryDenyWriteExecute, since .NET compiles while it runs.
            NoNewPrivileges=yes
            LockPersonality=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
            SystemCallArchitectures=native
            KeyringMode=private
            {(IsSystem ? "ProtectSystem=full\nProtectKernelModules=yes\n" : "")}
            [Install]
            WantedBy={(IsSystem ? "multi-user.target" : "default.target")}

            """;

    private string Start() =>
        string.Join(' ', [UnitText.Program(Command[0]), .. Command.Skip(1).Append("up").Select(UnitText.Argument)]);
}
