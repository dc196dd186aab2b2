using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;

namespace Project38.Client.Http;

/// <summary>A request, to be sent once or more.</summary>
/// <param name="Method">For example <c>GET</c>.</param>
/// <param name="Path">From <c>/api</c> on, with its query.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    private readonly string _key = Guid.NewGuid().ToString();

    /// <summary>What it carries; made anew for each time it is sent.</summary>
    public Func<HttpContent>? Body { get; init; }

    /// <summary>The tag of the state that is to be changed; null: any.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Whether the answer comes before the work is done.</summary>
    public bool RespondAsync { get; init; }

    /// <summary>The id of the last event that was seen, empty for the beginning; null: the answer is no stream of events.</summary>
    public string? LastEventId { get; init; }

    /// <summary>Whether it can be sent again when its answer was lost: a DELETE might miss what it deleted itself.</summary>
    public bool IsRepeatable => Method == HttpMethod.Get || HasKey;

    // A POST is done once, however often it is sent.
    private bool HasKey => Method == HttpMethod.Post;

    /// <summary>Reads.</summary>
    public static ApiRequest Get(string path) => new(HttpMethod.Get, path);

    /// <summary>Asks for something that needs no more words.</summary>
    public static ApiRequest Post(string path) => new(HttpMethod.Post, path);

    /// <summary>Deletes.</summary>
    public static ApiRequest Delete(string path) => new(HttpMethod.Delete, path);

    /// <summary>Sends JSON.</summary>
    public static ApiRequest Json<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type) =>
        new(method, path) { Body = () => JsonContent.Create(body, type) };

    /// <summary>As it is sent to a server.</summary>
    public HttpRequestMessage ToMessage(ServerAddress server)
    {
        var root = server.Url.AbsoluteUri.TrimEnd('/');
        var message = new HttpRequestMessage(Method, root + Path) { Content = Body?.Invoke() };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        if (HasKey)
        {
            message.Headers.Add("Idempotency-Key", _key);
        }
        if (RespondAsync)
        {
            message.Headers.Add("Prefer", "respond-async");
        }
        if (IfMatch is { } state)
        {
            message.Headers.TryAddWithoutValidation("If-Match", state);
        }
        if (LastEventId is { } seen)
        {
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            if (seen.Length > 0)
            {
                message.Headers.Add("Last-Event-ID", seen);
            }
        }

        // A refusal of a large body comes before it is sent, and is not lost with the connection.
        message.Headers.ExpectContinue = message.Content is not null;
        return message;
    }
}
