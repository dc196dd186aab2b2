using System.Text;

namespace Project38.Core.Tools.Browser;

/// <summary>The first lines of a request or an answer of HTTP/1.1, read from a stream and bounded.</summary>
internal sealed class ProxyHead
{
    private const int MostBytes = 64 * 1024;

    private static readonly string[] s_ofOneConnection = ["connection", "proxy-connection", "keep-alive", "upgrade"];

    private ProxyHead(string firstLine, IReadOnlyList<string> lines, byte[] rest)
    {
        FirstLine = firstLine;
        Lines = lines;
        Rest = rest;
    }

    /// <summary>The line of the request or of the status.</summary>
    public string FirstLine { get; }

    /// <summary>The headers, a line each.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>What came after the head, and is the body's.</summary>
    public byte[] Rest { get; }

    /// <summary>Reads one. Null: the stream ended before it had begun.</summary>
    /// <exception cref="InvalidDataException">It is too long, or no head.</exception>
    public static async Task<ProxyHead?> ReadAsync(Stream stream, byte[] already, CancellationToken cancellationToken)
    {
        var read = new MemoryStream();
        read.Write(already);
        var chunk = new byte[4096];
        while (true)
        {
            var bytes = read.GetBuffer().AsSpan(0, (int)read.Length);
            if (bytes.IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                var lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
                return new ProxyHead(lines[0], lines[1..], bytes[(end + 4)..].ToArray());
            }

            if (bytes.Length > MostBytes)
            {
                throw new InvalidDataException("The head is too long.");
            }

            var count = await stream.ReadAsync(chunk, cancellationToken);
            if (count == 0)
            {
                return read.Length == 0 ? null : throw new InvalidDataException("The head broke off.");
            }

            read.Write(chunk, 0, count);
        }
    }

    /// <summary>The only value of a header; null where it is missing.</summary>
    /// <exception cref="InvalidDataException">It is there twice.</exception>
    public string? Value(string name)
    {
        var values = Lines.Where(line => Name(line).Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        return values.Count switch
        {
            0 => null,
            1 => values[0][(name.Length + 1)..].Trim(),
            _ => throw new InvalidDataException($"The header {name} is there twice."),
        };
    }

    /// <summary>The head for one request on a connection of its own, with another first line.</summary>
    public byte[] Closing(string firstLine) =>
        Encoding.Latin1.GetBytes(
            string.Join(
                "\r\n",
                [
                    firstLine,
                    .. Lines.Where(line => !s_ofOneConnection.Contains(Name(line).ToLowerInvariant())),
                    "Connection: close",
                    "",
                    "",
                ]
            )
        );

    private static string Name(string line) => line.Split(':', 2)[0].Trim();
}
