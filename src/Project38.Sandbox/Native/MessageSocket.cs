using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Project38.Sandbox.Native;

/// <summary>One end of a pair of sockets that carries whole messages, and descriptors with them.</summary>
/// <param name="handle">The socket.</param>
internal sealed unsafe class MessageSocket(SafeFileHandle handle) : IDisposable
{
    private const int UnixFamily = 1; // AF_UNIX
    private const int SequencedPackets = 5; // SOCK_SEQPACKET
    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int CloseReceivedOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS
    private const int BothWays = 2; // SHUT_RDWR
    private const int HeaderBytes = 16; // struct cmsghdr

    /// <summary>The socket itself, to hand to another process.</summary>
    public SafeFileHandle Handle => handle;

    /// <summary>Both ends, closed on exec.</summary>
    public static (MessageSocket Ours, MessageSocket Theirs) CreatePair()
    {
        var ends = stackalloc int[2];
        LibC.Check(LibC.SocketPair(UnixFamily, SequencedPackets | CloseOnExec, 0, ends), "socketpair");
        return (
            new MessageSocket(new SafeFileHandle(ends[0], ownsHandle: true)),
            new MessageSocket(new SafeFileHandle(ends[1], ownsHandle: true))
        );
    }

    /// <summary>Sends one message. It waits only while the other end has many unread.</summary>
    /// <exception cref="IOException">Nobody is at the other end.</exception>
    /// <exception cref="ObjectDisposedException">One of the handles is closed; nothing was sent.</exception>
    public void Send(ReadOnlySpan<byte> message, IReadOnlyList<SafeHandle> handles)
    {
        var control = new byte[ControlBytes(handles.Count)];
        var held = 0;
        try
        {
            // Held open until they are sent: the number of one that was closed meanwhile may be another file's.
            for (; held < handles.Count; held++)
            {
                var added = false;
                handles[held].DangerousAddRef(ref added);
            }

            Send(message, control, handles);
        }
        finally
        {
            for (var i = 0; i < held; i++)
            {
                handles[i].DangerousRelease();
            }
        }
    }

    private void Send(ReadOnlySpan<byte> message, byte[] control, IReadOnlyList<SafeHandle> handles)
    {
        fixed (byte* data = message)
        fixed (byte* rights = control)
        {
            if (handles.Count > 0)
            {
                *(nuint*)rights = (nuint)(HeaderBytes + (sizeof(int) * handles.Count));
                ((int*)rights)[2] = SocketLevel;
                ((int*)rights)[3] = Rights;
                for (var i = 0; i < handles.Count; i++)
                {
                    ((int*)(rights + HeaderBytes))[i] = (int)handles[i].DangerousGetHandle();
                }
            }

            var part = new DataPart { Start = data, Length = (nuint)message.Length };
            var header = Header(&part, rights, handles.Count == 0 ? 0 : control.Length);
            LibC.Check((int)LibC.SendMessage(handle, &header, NoSignal), "sendmsg");
        }
    }

    /// <summary>Waits for one message. Empty: nobody is at the other end any more.</summary>
    /// <param name="most">Bytes; what is more is cut off.</param>
    /// <param name="received">A descriptor that came with it; null when none did.</param>
    /// <exception cref="IOException">The socket does not work any more.</exception>
    public byte[] Receive(int most, out SafeFileHandle? received)
    {
        var buffer = new byte[most];
        var control = new byte[ControlBytes(1)];
        received = null;
        fixed (byte* data = buffer)
        fixed (byte* rights = control)
        {
            var part = new DataPart { Start = data, Length = (nuint)most };
            var header = Header(&part, rights, control.Length);
            long count;
            do
            {
                count = LibC.ReceiveMessage(handle, &header, CloseReceivedOnExec);
            } while (count < 0 && Marshal.GetLastPInvokeError() == LibC.Interrupted);

            LibC.Check((int)count, "recvmsg");
            if (header.ControlLength >= HeaderBytes + sizeof(int) && ((int*)rights)[3] == Rights)
            {
                received = new SafeFileHandle(((int*)rights)[4], ownsHandle: true);
            }

            return buffer[..(int)count];
        }
    }

    /// <summary>Ends it for both sides, and wakes who waits.</summary>
    public void Dispose()
    {
        if (!handle.IsClosed)
        {
            _ = LibC.Shutdown(handle, BothWays);
        }

        handle.Dispose();
    }

    private static int ControlBytes(int count) => HeaderBytes + ((sizeof(int) * count + 7) & ~7);

    private static MessageHeader Header(DataPart* part, byte* control, int controlBytes) =>
        new()
        {
            Parts = part,
            PartCount = 1,
            Control = control,
            ControlLength = (nuint)controlBytes,
        };
}

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DataPart
{
    public byte* Start;
    public nuint Length;
}

/// <summary><c>struct msghdr</c>, as 64-bit Linux has it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public DataPart* Parts;
    public nuint PartCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}
