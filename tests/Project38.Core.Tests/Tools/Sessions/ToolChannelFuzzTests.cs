using System.Text;
using CsCheck;
using Project38.Core.Tools.Sessions;

namespace Project38.Core.Tests.Tools.Sessions;

/// <summary>The tool channel, fed with what no honest agent sends. See <see cref="Fuzz"/>.</summary>
public sealed class ToolChannelFuzzTests
{
    private static readonly string[] Pieces =
    [
        .. "{ } [ ] \" : , 1 1e999 -0 null true \\ \0 é \n".Split(' '),
        .. (string[])
            ["\"jsonrpc\":\"2.0\"", "\"id\":", "\"method\":", "\"params\":", "\"\\ud800\"", "\"\\uD83D\\uDE00\"", " "],
        .. (string[])
            [
                "\"p38/finish\"",
                "\"p38/trial\"",
                "\"tools/call\"",
                "\"initialize\"",
                "\"ping\"",
                "\"name\":",
                "\"arguments\":",
            ],
        .. (string[])["\"notifications/cancelled\"", "\"requestId\":", "\"result\":", "\"error\":"],
        // Whole messages, so that some lines are nearly right.
        .. (string[])
            [
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":",
                "{\"jsonrpc\":\"2.0\",\"method\":",
                ",\"params\":{",
                "}}\n",
                "}\n",
            ],
    ];

    private static readonly Gen<byte[]> Garbage = Gen.OneOf<byte[]>(
        Gen.Byte.Array[0, 200],
        Gen.OneOf(Pieces).Array[0, 30].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)))
    );

    [Fact]
    public void Read_GivesAMessage_WhateverTheLineIs() =>
        Garbage.Sample(line => AgentMessage.Read(line) is not null, time: Fuzz.Seconds);

    [Fact]
    public async Task Session_EndsAsOneOfTwo_WhateverIsSent() =>
        await Garbage.SampleAsync(
            async bytes =>
            {
                await using var agent = new AgentEnd(AgentEnd.Granting("test.echo"), limits: null);
                await agent.SendBytesAsync(bytes);

                return await agent.CloseAsync() is ToolSessionEnd.Closed or ToolSessionEnd.Broken;
            },
            time: Fuzz.Seconds
        );

    [Fact]
    public async Task BoundedLineReader_GivesTheLinesThatWereWritten_HoweverTheyAreCut()
    {
        var lines = Gen.Byte[1, 255].Where(value => value != 10).Array[0, 40_000].Array[0, 6];

        await Gen.Select(lines, Gen.Int[1, 20_000])
            .SampleAsync(
                async (written, chunk) =>
                {
                    var all = written.SelectMany(line => line.Append((byte)10)).ToArray();
                    var reader = new BoundedLineReader(
                        new ChunkedStream(all, chunk),
                        maxLine: 40_000,
                        maxTotal: 1 << 20
                    );
                    var read = new List<byte[]>();
                    while (await reader.ReadAsync(CancellationToken.None) is { } line)
                    {
                        read.Add(line.ToArray());
                    }

                    return read.Count == written.Length
                        && read.Zip(written).All(pair => pair.First.SequenceEqual(pair.Second));
                },
                time: Fuzz.Seconds
            );
    }

    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }
}
