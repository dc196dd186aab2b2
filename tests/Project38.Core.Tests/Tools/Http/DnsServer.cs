using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Project38.Core.Tools.Http;

namespace Project38.Core.Tests.Tools.Http;

/// <summary>
/// A real name server on a free UDP port of this machine (RFC 1035), whose answers change from look-up to look-up; and
/// the client that asks it, for <see cref="ResolveHost"/>.
/// </summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private const int HeaderBytes = 12;
    private const ushort TypeA = 1;
    private const ushort TypeCname = 5;
    private const ushort TypeAaaa = 28;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Dictionary<string, Queue<IPAddress[]>> _answers = [];
    private readonly List<string> _asked = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;

    public DnsServer() => _serving = Task.Run(ServeAsync);

    /// <summary>The names that were asked for, in order.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_answers)
            {
                return [.. _asked];
            }
        }
    }

    /// <summary>What is answered for a name, look-up after look-up; the last answer stays.</summary>
    public DnsServer Answer(string name, params string[][] lookUps)
    {
        lock (_answers)
        {
            _answers[name] = new(lookUps.Select(one => one.Select(IPAddress.Parse).ToArray()));
        }

        return this;
    }

    /// <summary>Looks a name up: a packet there, a packet back. Addresses of both kinds come in one answer.</summary>
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        using var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect((IPEndPoint)_socket.Client.LocalEndPoint!);
        var id = (ushort)Random.Shared.Next(ushort.MaxValue);
        _ = await client.SendAsync(Question(id, host), cancellationToken);
        var packet = (await client.ReceiveAsync(cancellationToken)).Buffer;
        BinaryPrimitives.ReadUInt16BigEndian(packet).ShouldBe(id);
        return (packet[3] & 15) == 3 ? throw new SocketException((int)SocketError.HostNotFound) : Addresses(packet);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var asked = await _socket.ReceiveAsync(_stopping.Token);
            _ = await _socket.SendAsync(Answered(asked.Buffer), asked.RemoteEndPoint, _stopping.Token);
        }
    }

    private byte[] Answered(byte[] question)
    {
        var (name, end) = ReadName(question, HeaderBytes);
        IPAddress[]? addresses = null;
        lock (_answers)
        {
            _asked.Add(name);
            if (_answers.TryGetValue(name, out var queue))
            {
                addresses = queue.Count > 1 ? queue.Dequeue() : queue.Peek();
            }
        }

        var packet = new List<byte>(question[..(end + 4)]);
        packet[2] = 0x81;
        packet[3] = (byte)(addresses is null ? 0x83 : 0x80);
        packet[7] = (byte)(addresses is null ? 0 : addresses.Length + 1);
        if (addresses is not null)
        {
            // As real ones do: the name stands for another, whose addresses these are, and is only pointed to.
            var canonical = packet.Count + 2 + 10;
            Append(packet, pointer: HeaderBytes, TypeCname, [4, .. "real"u8, 0xC0, HeaderBytes]);
            foreach (var address in addresses)
            {
                var type = address.AddressFamily == AddressFamily.InterNetwork ? TypeA : TypeAaaa;
                Append(packet, canonical, type, address.GetAddressBytes());
            }
        }

        return [.. packet];
    }

    private static void Append(List<byte> packet, int pointer, ushort type, byte[] data)
    {
        // Name, type, class IN, no time to live, length, data.
        packet.AddRange([(byte)(0xC0 | (pointer >> 8)), (byte)pointer, 0, (byte)type, 0, 1, 0, 0, 0, 0]);
        packet.AddRange([0, (byte)data.Length, .. data]);
    }

    private static byte[] Question(ushort id, string host)
    {
        var packet = new List<byte> { (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in host.Split('.'))
        {
            packet.Add((byte)label.Length);
            packet.AddRange(Encoding.ASCII.GetBytes(label));
        }

        packet.AddRange([0, 0, (byte)TypeA, 0, 1]);
        return [.. packet];
    }

    private static IPAddress[] Addresses(byte[] packet)
    {
        var found = new List<IPAddress>();
        var at = ReadName(packet, HeaderBytes).End + 4;
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(6)); left > 0; left--)
        {
            at = ReadName(packet, at).End;
            var type = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
            var length = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at + 8));
            at += 10;
            if (type is TypeA or TypeAaaa)
            {
                found.Add(new IPAddress(packet.AsSpan(at, length)));
            }

            at += length;
        }

        return [.. found];
    }

    private static (string Name, int End) ReadName(byte[] packet, int at)
    {
        var labels = new List<string>();
        int? end = null;
        while (packet[at] != 0)
        {
            if (packet[at] >= 0xC0)
            {
                end ??= at + 2;
                at = ((packet[at] & 0x3F) << 8) | packet[at + 1];
            }
            else
            {
                labels.Add(Encoding.ASCII.GetString(packet, at + 1, packet[at]));
                at += packet[at] + 1;
            }
        }

        return (string.Join('.', labels), end ?? at + 1);
    }
}
