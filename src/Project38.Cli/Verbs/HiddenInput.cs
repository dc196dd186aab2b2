using System.Text;

namespace Project38.Cli.Verbs;

/// <summary>Reads a value that must not be seen.</summary>
internal static class HiddenInput
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>All of standard input without the line break at its end; at a terminal, one line typed unseen.</summary>
    /// <param name="prompt">For the terminal, on standard error.</param>
    /// <param name="cancellationToken">Stops the reading of a pipe.</param>
    /// <exception cref="CliException">There is nothing, it is no UTF-8, or too much.</exception>
    public static async Task<string> ReadAsync(string prompt, CancellationToken cancellationToken)
    {
        var value = Console.IsInputRedirected ? await ReadPipeAsync(cancellationToken) : ReadKeys(prompt);
        return value.Length > 0
            ? value
            : throw new CliException(
                ExitCode.Usage,
                "There is no value. Type it, or pipe it: p38 secrets set NAME < FILE"
            );
    }

    private static async Task<string> ReadPipeAsync(CancellationToken cancellationToken)
    {
        await using var input = Console.OpenStandardInput();
        var bytes = new byte[MaxBytes + 1];
        var length = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBytes)
        {
            throw new CliException(ExitCode.Usage, $"The value is larger than {MaxBytes} bytes.");
        }

        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length);
            return text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
        }
        catch (DecoderFallbackException)
        {
            throw new CliException(ExitCode.Usage, "The value is not UTF-8 text. Put it into base64.");
        }
    }

    private static string ReadKeys(string prompt)
    {
        Console.Error.Write(prompt);
        var value = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                value.Length = Math.Max(0, value.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                value.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return value.ToString();
    }
}
