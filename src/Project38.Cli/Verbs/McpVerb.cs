using System.CommandLine;
using System.Text;
using Project38.Cli.Mcp;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 mcp</c>: the platform as an MCP server on standard input and output, for clients that start their servers.</summary>
internal static class McpVerb
{
    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("mcp", "Serve any MCP client on standard input and output").Does(ServeAsync);

    private static async Task<int> ServeAsync(VerbRun run, CancellationToken cancellationToken)
    {
        await run.ConnectAsync(cancellationToken);
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var input = new StreamReader(Console.OpenStandardInput(), utf8);
        await using var output = new StreamWriter(Console.OpenStandardOutput(), utf8);
        using var bridge = new McpBridge(run.AddressAsync, output);
        await bridge.RunAsync(input, cancellationToken);
        return ExitCode.Ok;
    }
}
