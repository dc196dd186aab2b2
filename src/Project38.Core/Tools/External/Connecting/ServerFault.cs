using ModelContextProtocol;
using Project38.Core.Secrets;
using Project38.Core.Storage;

namespace Project38.Core.Tools.External.Connecting;

/// <summary>Why a tool server gave no answer, in words that an agent and a person may read.</summary>
internal static class ServerFault
{
    private const int MostWords = 2_000;

    /// <summary>The error of the call.</summary>
    /// <param name="name">Of the server.</param>
    /// <param name="fault">What was thrown.</param>
    /// <param name="program">The program that it is; null: none.</param>
    /// <param name="transport">How it was listened to; null: it did not come to that.</param>
    /// <param name="secrets">What its words must not hold.</param>
    /// <param name="late">What it took longer than; null: it did not.</param>
    public static async Task<ToolException> OfAsync(
        string name,
        Exception fault,
        ServerProgram? program,
        ListeningTransport? transport,
        KnownSecrets secrets,
        TimeSpan? late
    )
    {
        if (transport is { Exceeded.IsCancellationRequested: true })
        {
            return new ToolException(
                $"The tool server {name} sent more than {transport.Most:N0} messages, and is listened to no more. What it was asked "
                    + $"for may be done all the same.{program?.Said(secrets)}",
                fault
            );
        }

        if (late is { } most)
        {
            return new ToolException(
                $"The tool server {name} did not answer within {most.TotalSeconds:0.##} s.{program?.Said(secrets)} What it was "
                    + "asked for may be done all the same.",
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
                    return new ToolException($"The tool server {name} refused: {Words(its.Message, secrets)}", fault);
                case HttpRequestException { StatusCode: { } status }:
                    return new ToolException($"The tool server {name} answered HTTP {(int)status}.", fault);
            }
        }

        var why = program is null ? "gave no answer that can be read" : await program.WhyAsync();
        return new ToolException($"The tool server {name} {why}.{program?.Said(secrets)}", fault);
    }

    /// <summary>At most so many characters of what a server said, without secrets.</summary>
    public static string Words(string said, KnownSecrets secrets) =>
        StorableText.Cut(StorableText.Clean(secrets.Redact(said)), MostWords);
}
