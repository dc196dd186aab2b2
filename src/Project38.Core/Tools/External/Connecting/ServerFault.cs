using System.Text;
using ModelContextProtocol;
using Project38.Core.Secrets;
using Project38.Sandbox;

namespace Project38.Core.Tools.External.Connecting;

/// <summary>Why a tool server gave no answer, in words that an agent and a person may read.</summary>
internal static class ServerFault
{
    private const int MostLog = 600;

    /// <summary>The error of the call.</summary>
    /// <param name="name">Of the server.</param>
    /// <param name="fault">What was thrown.</param>
    /// <param name="process">The program that it is; null: none.</param>
    /// <param name="secrets">What its words must not hold.</param>
    /// <param name="late">What it took longer than; null: it did not.</param>
    public static ToolException Of(
        string name,
        Exception fault,
        SandboxProcess? process,
        KnownSecrets secrets,
        TimeSpan? late
    )
    {
        var said = Said(process, secrets);
        if (late is { } most)
        {
            return new ToolException(
                $"The tool server {name} did not answer within {most.TotalSeconds:0.##} s.{said} What it was asked for may be done "
                    + "all the same.",
                fault
            );
        }

        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case ToolException ours:
                    return ours;
                case McpProtocolException its:
                    return new ToolException(
                        $"The tool server {name} refused: {ServerConnection.Words(its.Message, secrets)}",
                        fault
                    );
                case HttpRequestException { StatusCode: { } status }:
                    return new ToolException($"The tool server {name} answered HTTP {(int)status}.", fault);
            }
        }

        return new ToolException(
            process?.Completion is { IsCompletedSuccessfully: true } ended
                ? $"The tool server {name} {Ended(ended.Result)}.{said}"
                : $"The tool server {name} gave no answer that can be read.{said}",
            fault
        );
    }

    private static string Ended(SandboxExit exit) =>
        exit switch
        {
            SandboxExit.Exited(var code) => $"ended by itself with code {code}",
            SandboxExit.Signalled(var signal) => $"was ended by signal {signal}",
            SandboxExit.OutOfMemory(var limit) =>
                $"needed more than its {limit / (1024 * 1024)} MB of memory and was ended",
            SandboxExit.OutputExceeded(var limit) => $"said more than {limit:N0} bytes and was ended",
            SandboxExit.TimedOut(var limit) => $"ran longer than {limit.TotalHours:0.#} h and was ended",
            SandboxExit.NotStarted(var reason) => $"could not be started: {reason}",
            _ => "was ended",
        };

    private static string Said(SandboxProcess? process, KnownSecrets secrets)
    {
        var log = process?.Log.Trim() ?? "";
        var end = log.Length > MostLog ? log[^MostLog..] : log;
        var line = new StringBuilder(end.Length);
        foreach (var one in end)
        {
            line.Append(char.IsControl(one) ? ' ' : one);
        }

        return line.Length == 0 ? "" : $" It printed: {ServerConnection.Words(line.ToString(), secrets)}";
    }
}
