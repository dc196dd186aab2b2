using System.Net.Sockets;

namespace Project38.Cli.Installation;

/// <summary>Whoever started <c>p38 up</c> and wants to know how it stands, by <c>sd_notify(3)</c>.</summary>
internal static class Supervisor
{
    /// <summary>The service answers.</summary>
    public const string Ready = "READY=1";

    /// <summary>The service drains.</summary>
    public const string Stopping = "STOPPING=1";

    /// <summary>Tells it; nobody is told where nobody asked.</summary>
    public static void Tell(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } address)
        {
            return;
        }

        // An '@' stands for the null byte of an abstract address.
        var end = new UnixDomainSocketEndPoint(address[0] == '@' ? $"\0{address[1..]}" : address);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTo(System.Text.Encoding.UTF8.GetBytes(state), end);
    }
}
