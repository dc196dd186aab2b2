using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Project38.Server.Http;

namespace Project38.Server.Tests.Http;

public sealed class EventStreamsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Channel<StreamEvent> _events = Channel.CreateUnbounded<StreamEvent>();
    private readonly MemoryStream _body = new();
    private string _position = "a";

    [Fact]
    public async Task Stream_SaysEverySoOftenThatItIsThereAndWhere_WhileNothingHappens()
    {
        var streaming = StreamAsync(CancellationToken.None);

        _position = "b";
        _time.Advance(EventStreams.Beat);
        _events.Writer.TryWrite(new StreamEvent("kind", "c", "{}"));
        _events.Writer.Complete();
        await streaming;

        Encoding.UTF8.GetString(_body.ToArray()).ShouldBe(":\nid: a\n\n:\nid: b\n\nevent: kind\nid: c\ndata: {}\n\n");
    }

    [Fact]
    public async Task Stream_Ends_WhenItsFollowerIsLetGo()
    {
        using var left = new CancellationTokenSource();
        var streaming = StreamAsync(left.Token);

        await left.CancelAsync();
        await streaming;

        Encoding.UTF8.GetString(_body.ToArray()).ShouldBe(":\nid: a\n\n");
    }

    public void Dispose() => _body.Dispose();

    private Task StreamAsync(CancellationToken left)
    {
        var context = new DefaultHttpContext();
        context.Response.Body = _body;
        var streams = new EventStreams(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), _time);
        return streams.WriteAsync(context, _events.Reader.ReadAllAsync, () => _position, left);
    }
}
