using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Project38.Cli.Installation;
using Project38.Cli.Servers;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 up</c>: the service, in the foreground, until Ctrl-C; then it drains.</summary>
internal static class UpVerb
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var up = new Command("up", "Run the service: schedules fire until Ctrl-C");
        foreach (var option in NodeOptions.Options.Concat(UpInstallation.Options))
        {
            up.Options.Add(option);
        }
        return up.Does((run, cancellationToken) => (UpInstallation.AskedFor(run) ?? RunAsync)(run, cancellationToken));
    }

    private static async Task<int> RunAsync(VerbRun run, CancellationToken cancellationToken)
    {
        run.Home.Prepare();
        await Seat.WaitAsync(
            run.Home,
            run.Screen,
            other => new CliException(
                ExitCode.Server,
                $"The service already runs in {run.Home.Path}: process {other.Pid}, {other.Url}. Stop that one first."
            ),
            cancellationToken
        );

        using var told = new StopSignal();
        using var service = ServerProgram.StartService(run.Home, NodeOptions.Given(run));
        var serves = false;
        try
        {
            serves = await ShowAsync(run, service, cancellationToken);
            await service.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await DrainAsync(run, service, await told.Name);
        }
        finally
        {
            service.StandardInput.Close();
        }

        if (service.ExitCode == 0)
        {
            run.Screen.Note("The server was told to stop, and has stopped.");
            return ExitCode.Ok;
        }

        // One that could not start has said why.
        return serves || service.ExitCode > ServiceEnd.Signals
            ? throw new CliException(ExitCode.Server, ServiceEnd.Words(service.ExitCode))
            : ExitCode.Server;
    }

    // The first signal asked for this; with a second one what runs is handed back, and a third one waits for nothing.
    private static async Task<int> DrainAsync(VerbRun run, Process service, string told)
    {
        var more = 0;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        Supervisor.Tell(Supervisor.Stopping);
        run.Screen.Note($"Stopping: {told} came. No new runs; waiting for those that run. Ctrl-C once more ends them.");
        service.StandardInput.Close();
        await service.WaitForExitAsync(CancellationToken.None);
        if (more > 0)
        {
            run.Screen.Note(
                more == 1
                    ? "Ended at once. What ran was handed back, and runs again."
                    : "Ended at once. What a schedule started is run again when its lease is over; what was started by hand is not."
            );
            return ExitCode.Interrupted;
        }
        return service.ExitCode == 0
            ? ExitCode.Ok
            : throw new CliException(ExitCode.Server, ServiceEnd.Words(service.ExitCode));

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            if (++more == 1)
            {
                StopProcess.AtOnce(service);
            }
            else
            {
                service.Kill();
            }
        }
    }

    // Whether it came to serve.
    private static async Task<bool> ShowAsync(VerbRun run, Process service, CancellationToken cancellationToken)
    {
        while (!service.HasExited)
        {
            if (
                run.Home.ReadServer() is { } server
                && server.Pid == service.Id
                && await ServerConnection.TryAttachAsync(run.Home, server, notice: null, cancellationToken)
                    is { } connection
            )
            {
                await using var held = connection;
                Show(run, server, await connection.Api.SystemAsync(cancellationToken));
                Supervisor.Tell(Supervisor.Ready);
                return true;
            }
            await Task.Delay(Pace, cancellationToken);
        }
        return false;
    }

    private static void Show(VerbRun run, ServerFile server, SystemResponse system)
    {
        var screen = run.Screen;
        if (screen.Json)
        {
            screen.Result(system, ContractsJson.Default.SystemResponse);
            return;
        }

        screen.Part("listening", server.Url);
        screen.Part("home", $"{system.Home}, on {system.Database}");
        screen.Part("token", run.Home.TokenFile);
        screen.Part("log", $"{ServiceLog.Place()}; of runs: p38 tasks, p38 logs TASK");
        screen.Part("sandbox", $"level {system.Sandbox.Level}");
        screen.Part(
            "next",
            system.NextFires.Count == 0
                ? "nothing is scheduled"
                : string.Join(
                    "\n",
                    system.NextFires.Select(fire => $"{screen.Time(fire.At)}  {fire.Name} ({fire.AgentId})")
                )
        );
        screen.Note("Ctrl-C stops it, after the runs that run.");
    }
}
