using System.Text;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Tests.Native;

public sealed class MessageSocketTests
{
    [Fact]
    public void Receive_GivesTheMessageAndItsFile_WhenBothWereSent()
    {
        var (ours, theirs) = MessageSocket.CreatePair();
        using var file = MemoryFile.Create("file", "content"u8);

        ours.Send("message"u8, [file]);

        Encoding.UTF8.GetString(theirs.Receive(100, out var received)).ShouldBe("message");
        using var _ = received.ShouldNotBeNull();
        var content = new byte[7];
        RandomAccess.Read(received, content, 0).ShouldBe(7);
        Encoding.UTF8.GetString(content).ShouldBe("content");
        ours.Dispose();
        theirs.Receive(100, out var none).ShouldBeEmpty();
        none.ShouldBeNull();
        theirs.Dispose();
    }

    [Fact]
    public void Send_SendsNothing_WhenAHandleIsClosed()
    {
        var (ours, theirs) = MessageSocket.CreatePair();
        var file = MemoryFile.Create("file", "content"u8);
        file.Dispose();

        Should.Throw<ObjectDisposedException>(() => ours.Send("message"u8, [file]));

        ours.Dispose();
        theirs.Receive(100, out var none).ShouldBeEmpty();
        none.ShouldBeNull();
        theirs.Dispose();
    }
}
