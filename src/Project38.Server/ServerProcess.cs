using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Project38.Core.Storage;

namespace Project38.Server;

/// <summary>The life of the server's process: start or say why not, announce, serve, drain, and end with a code that means it.</summary>
internal static class ServerProcess
{
    /// <summary>What comes before the reason on standard error; verbs look for it.</summary>
    public const string RefusalPrefix = "p38: could not start: ";

    /// <summary>Runs until it is stopped.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            var options = ServerOptions.Read(arguments, Environment.GetEnvironmentVariable);
            await using var server = await RunningServer.StartAsync(options, CancellationToken.None);
            return await server.WaitAsync();
        }
        catch (StartRefusedException exception)
        {
            return Refuse(exception.Message, exception.ExitCode);
        }
        catch (StorageException exception)
        {
            return Refuse(exception.Message, ExitCodes.Refused);
        }
        catch (OptionsValidationException exception)
        {
            return Refuse(string.Join(" ", exception.Failures), ExitCodes.Refused);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return Refuse(
                "Another program listens on the port. Set P38_PORT to a free one, or to 0 for any.",
                ExitCodes.Refused
            );
        }
        catch (Exception exception)
        {
            // The last line is for the person at the terminal, what comes before it for whoever mends it.
            Console.Error.WriteLine(exception);
            return Refuse($"Something failed that should not. {exception.Message.Split('\n')[0]}", ExitCodes.Failed);
        }
    }

    private static int Refuse(string reason, int exitCode)
    {
        Console.Error.WriteLine(RefusalPrefix + reason);
        return exitCode;
    }
}
