using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Project38.Server.Tests;

/// <summary>A stream of server-sent events that a test reads one by one.</summary>
internal sealed class Followed : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private Followed(HttpResponseMessage answer, Stream stream, CancellationToken cancellationToken)
    {
        _answer = answer;
        _parser = SseParser.Create(stream);
        _items = _parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>What the stream said last of where it is.</summary>
    public string LastId => _parser.LastEventId;

    /// <summary>Opens a stream that must open.</summary>
    public static async Task<Followed> OpenAsync(HttpClient http, string path, string? lastId = null)
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancelled);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream");
        return new Followed(answer, await answer.Content.ReadAsStreamAsync(cancelled), cancelled);
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<(string Kind, string Id, JsonElement Data)?> NextAsync() =>
        await _items.MoveNextAsync()
            ? (_items.Current.EventType, _parser.LastEventId, JsonElement.Parse(_items.Current.Data))
            : null;

    /// <summary>So many events.</summary>
    public async Task<List<(string Kind, string Id, JsonElement Data)>> TakeAsync(int count)
    {
        var events = new List<(string Kind, string Id, JsonElement Data)>();
        while (events.Count < count && await NextAsync() is { } one)
        {
            events.Add(one);
        }
        return events;
    }

    /// <summary>All events until the end.</summary>
    public Task<List<(string Kind, string Id, JsonElement Data)>> AllAsync() => TakeAsync(int.MaxValue);

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _answer.Dispose();
    }
}
