using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Project38.Core.Tools.Http;

/// <summary>Answers that came with a mark, by which their server can be asked whether they still hold. In memory, and bounded.</summary>
/// <remarks>
/// Nothing is served from here without asking. An agent's answers are its own: another's request, even for the same
/// address, would learn from a 304 that somebody had asked before.
/// </remarks>
internal sealed class WebCache
{
    private const int MostOfOne = 1024 * 1024;
    private const long MostOfAgent = 4L * 1024 * 1024;
    private const int MostAnswersOfAgent = 100;
    private const long MostOfAll = 32L * 1024 * 1024;
    private const int MostAnswers = 2000;

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> _entries = [];

    // The one that was asked for last stands first.
    private readonly LinkedList<Entry> _order = [];
    private long _bytes;

    /// <summary>Bytes it holds.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>The answer this request got before; null: none that is kept.</summary>
    public WebAnswer? Find(WebRequest request, Uri uri)
    {
        if (!MayBeKept(request, out var agent))
        {
            return null;
        }

        lock (_gate)
        {
            if (!_entries.TryGetValue(KeyOf(agent.Value, request, uri), out var node))
            {
                return null;
            }

            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value.Answer;
        }
    }

    /// <summary>Adds the question whether an answer still holds.</summary>
    public static void Ask(HttpRequestMessage message, WebAnswer kept)
    {
        if (kept.Headers.TryGetValue("etag", out var mark))
        {
            _ = message.Headers.TryAddWithoutValidation("If-None-Match", mark);
        }

        if (kept.Headers.TryGetValue("last-modified", out var time))
        {
            _ = message.Headers.TryAddWithoutValidation("If-Modified-Since", time);
        }
    }

    /// <summary>Keeps an answer, where it may be kept; else forgets what was there.</summary>
    public void Keep(WebRequest request, Uri uri, WebAnswer answer)
    {
        if (!MayBeKept(request, out var agent))
        {
            return;
        }

        var key = KeyOf(agent.Value, request, uri);
        var entry = new Entry(key, answer, Size(key, answer));
        lock (_gate)
        {
            Remove(key);
            if (answer.Status != (int)HttpStatusCode.OK || !IsMarked(answer) || entry.Bytes > MostOfOne)
            {
                return;
            }

            MakeRoom(agent, entry.Bytes, MostAnswersOfAgent, MostOfAgent);
            MakeRoom(agent: null, entry.Bytes, MostAnswers, MostOfAll);
            _entries[key] = _order.AddFirst(entry);
            _bytes += entry.Bytes;
        }
    }

    /// <summary>What a 304 stands for: the answer that was kept, with what the server says of it now.</summary>
    public static WebAnswer Renew(WebAnswer kept, WebAnswer notModified)
    {
        var headers = new Dictionary<string, string>(kept.Headers, StringComparer.Ordinal);
        foreach (var (name, value) in notModified.Headers)
        {
            // The body is the one that was kept, and so is what describes it.
            if (!name.StartsWith("content-", StringComparison.Ordinal) && name != "transfer-encoding")
            {
                headers[name] = value;
            }
        }

        return kept with
        {
            Url = notModified.Url,
            Headers = headers,
        };
    }

    // A key travels in a header of any name: only what is known to be none is asked with twice.
    private static bool MayBeKept(WebRequest request, [NotNullWhen(true)] out long? agent)
    {
        agent = request.Agent;
        return agent is not null
            && request.Method == "GET"
            && request.Headers.All(header => RequestHeaders.IsHarmless(header.Key));
    }

    private static bool IsMarked(WebAnswer answer) =>
        (answer.Headers.ContainsKey("etag") || answer.Headers.ContainsKey("last-modified"))
        && !Has(answer, "cache-control", "no-store")
        && !Has(answer, "vary", "*");

    private static bool Has(WebAnswer answer, string header, string word) =>
        answer.Headers.TryGetValue(header, out var value)
        && value.Split(',').Any(part => part.Trim().Equals(word, StringComparison.OrdinalIgnoreCase));

    private static Key KeyOf(long agent, WebRequest request, Uri uri)
    {
        var headers = request
            .Headers.Select(header => $"{header.Key.ToLowerInvariant()}:{header.Value}")
            .Order(StringComparer.Ordinal);
        var address = uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
        return new Key(agent, string.Join('\n', [address, .. headers]));
    }

    private static long Size(Key key, WebAnswer answer) =>
        answer.Body.Length
        + (2L * key.Request.Length)
        + answer.Headers.Sum(header => 2L * (header.Key.Length + header.Value.Length))
        + 500;

    private void MakeRoom(long? agent, long bytes, int mostAnswers, long mostBytes)
    {
        var its = _order.Where(entry => agent is null || entry.Key.Agent == agent).ToList();
        var (count, sum) = (its.Count, its.Sum(entry => entry.Bytes));
        for (var last = its.Count - 1; last >= 0 && (count >= mostAnswers || sum + bytes > mostBytes); last--)
        {
            Remove(its[last].Key);
            count--;
            sum -= its[last].Bytes;
        }
    }

    private void Remove(Key key)
    {
        if (_entries.Remove(key, out var node))
        {
            _order.Remove(node);
            _bytes -= node.Value.Bytes;
        }
    }

    private readonly record struct Key(long Agent, string Request);

    private sealed record Entry(Key Key, WebAnswer Answer, long Bytes);
}
