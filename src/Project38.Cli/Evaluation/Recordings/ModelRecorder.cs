using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Project38.Cli.Evaluation.Worlds;

namespace Project38.Cli.Evaluation.Recordings;

/// <summary>Stands between the server and the model's provider: writes its answers down, or answers from what was written.</summary>
/// <remarks>
/// It knows a brief by its sentence, and an answer by its number within the brief: so a recording outlives another port
/// of the world, another day in the prompt, and other findings of the checks.
/// </remarks>
internal sealed class ModelRecorder : IAsyncDisposable
{
    private const string WorldPlace = "{WORLD}";
    private static readonly string[] s_forwarded =
    [
        "Authorization",
        "x-api-key",
        "api-key",
        "anthropic-version",
        "anthropic-beta",
    ];

    private readonly LoopbackServer _server;
    private readonly ConcurrentDictionary<string, Asking> _asking = new();
    private readonly HttpClient? _provider;

    private ModelRecorder(Uri? provider)
    {
        _provider = provider is null
            ? null
            : new HttpClient
            {
                BaseAddress = new Uri(provider.GetLeftPart(UriPartial.Authority)),
                Timeout = TimeSpan.FromMinutes(6),
            };
        _server = new LoopbackServer(AnswerAsync);
    }

    /// <summary>Where the server finds it.</summary>
    public string Url => _server.Url;

    /// <summary>One that asks a provider, and writes down.</summary>
    public static ModelRecorder Recording(Uri provider) => new(provider);

    /// <summary>One that answers from recordings.</summary>
    public static ModelRecorder Replaying() => new(provider: null);

    /// <summary>Begins a brief.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="sentence">Its sentence, as the server gets it.</param>
    /// <param name="world">Host and port of its world.</param>
    /// <param name="recorded">What was recorded of it; null: nothing.</param>
    public void Begin(string id, string sentence, string world, Recording? recorded) =>
        _asking[id] = new Asking(sentence.Trim(), world, recorded);

    /// <summary>Ends a brief.</summary>
    /// <returns>The calls it made, how many of them had no recording, and how many were recorded with another prompt.</returns>
    public (IReadOnlyList<RecordedCall> Calls, int Missing, int Stale) End(string id)
    {
        _asking.Remove(id, out var asking);
        return (asking!.Calls, asking.Missing, asking.Stale);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _provider?.Dispose();
    }

    private async Task<LoopbackReply?> AnswerAsync(LoopbackRequest request, CancellationToken cancellationToken)
    {
        JsonElement question;
        try
        {
            using var document = JsonDocument.Parse(request.Body);
            question = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return Error("The request is no JSON.");
        }
        var asking = _asking
            .Values.Where(one => ModelPrompt.Asks(question, one.Sentence))
            .MaxBy(one => one.Sentence.Length);
        if (asking is null)
        {
            return Error("No brief that runs now asks this.");
        }
        return _provider is null
            ? asking.Replay(ModelPrompt.HashOf(question))
            : await RecordAsync(asking, request, question, cancellationToken);
    }

    private async Task<LoopbackReply?> RecordAsync(
        Asking asking,
        LoopbackRequest request,
        JsonElement question,
        CancellationToken cancellationToken
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, request.Target);
        message.Content = new ByteArrayContent(request.Body);
        message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        foreach (var name in s_forwarded.Where(request.Headers.ContainsKey))
        {
            message.Headers.TryAddWithoutValidation(name, request.Headers[name]);
        }
        try
        {
            using var answer = await _provider!.SendAsync(message, cancellationToken);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            var type = answer.Content.Headers.ContentType?.ToString() ?? "application/json";
            if (answer.IsSuccessStatusCode)
            {
                asking.Record(ModelPrompt.HashOf(question), type, Encoding.UTF8.GetString(body));
            }

            // A failure is passed on and not kept: what is tried again is one call of the brief.
            var headers = new List<KeyValuePair<string, string>> { KeyValuePair.Create("Content-Type", type) };
            if (answer.Headers.TryGetValues("Retry-After", out var after))
            {
                headers.Add(KeyValuePair.Create("Retry-After", after.First()));
            }
            return new LoopbackReply((int)answer.StatusCode, headers, body);
        }
        catch (HttpRequestException)
        {
            // As the provider's own connection ends: the server says what that means.
            return null;
        }
    }

    private static LoopbackReply Error(string what) =>
        new(
            404,
            [KeyValuePair.Create("Content-Type", "application/json")],
            Encoding.UTF8.GetBytes(
                $$$"""{"type":"error","error":{"type":"not_found_error","message":"{{{JsonEncodedText.Encode(what)}}}"}}"""
            )
        );

    /// <summary>One brief, as far as its model was asked.</summary>
    private sealed class Asking(string sentence, string world, Recording? recorded)
    {
        private readonly Lock _gate = new();
        private readonly List<RecordedCall> _calls = [];
        private int _replayed;

        public string Sentence => sentence;

        public int Missing { get; private set; }

        public int Stale { get; private set; }

        public IReadOnlyList<RecordedCall> Calls
        {
            get
            {
                lock (_gate)
                {
                    return [.. _calls];
                }
            }
        }

        public void Record(string? prompt, string type, string body)
        {
            var lines = type.StartsWith("text/event-stream", StringComparison.Ordinal)
                ? StreamedAnswer.Joined(body)
                : body.ReplaceLineEndings("\n").Split('\n');
            lock (_gate)
            {
                _calls.Add(
                    new RecordedCall(
                        prompt,
                        type,
                        [.. lines.Select(line => line.Replace(world, WorldPlace, StringComparison.Ordinal))]
                    )
                );
            }
        }

        public LoopbackReply Replay(string? prompt)
        {
            lock (_gate)
            {
                if (recorded is null || _replayed >= recorded.Calls.Count)
                {
                    Missing++;
                    return Error(
                        $"Call {_replayed + 1} of this brief has no recording. Record it with 'p38 eval FOLDER --record'."
                    );
                }
                var call = recorded.Calls[_replayed++];
                Stale += call.Prompt == prompt ? 0 : 1;
                var body = string.Join('\n', call.Body).Replace(WorldPlace, world, StringComparison.Ordinal);
                return new LoopbackReply(
                    200,
                    [KeyValuePair.Create("Content-Type", call.Type)],
                    Encoding.UTF8.GetBytes(body)
                );
            }
        }
    }
}
