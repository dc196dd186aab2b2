using System.Text;
using System.Text.Json.Nodes;
using Project38.Cli.Evaluation.Corpus;
using Project38.Cli.Evaluation.Judging;

namespace Project38.Cli.Evaluation.Worlds;

/// <summary>The small world of one brief: it answers by the brief's data, by the number of the run or of the request.</summary>
/// <param name="brief">What it answers.</param>
/// <param name="url">Where it is, which stands for <c>{BASE}</c>.</param>
internal sealed class World(Brief brief, string url)
{
    private const string Control = "/__";
    private readonly Lock _gate = new();
    private readonly Dictionary<WorldEntry, int> _counts = new(ReferenceEqualityComparer.Instance);
    private readonly List<JsonObject> _requests = [];
    private readonly List<SeenPost> _posts = [];
    private int _run = 1;

    /// <summary>All that was posted since run 1 began.</summary>
    public IReadOnlyList<SeenPost> Posts
    {
        get
        {
            lock (_gate)
            {
                return [.. _posts];
            }
        }
    }

    /// <summary>Puts the world's address where <c>{BASE}</c> stands.</summary>
    public string Fill(string text) => text.Replace(Brief.BasePlace, url, StringComparison.Ordinal);

    /// <summary>Begins a run. Run 1 begins the world afresh: what a trial did before is forgotten.</summary>
    public void Run(int number)
    {
        lock (_gate)
        {
            _run = number;
            if (number == 1)
            {
                _counts.Clear();
                _requests.Clear();
                _posts.Clear();
            }
        }
    }

    /// <summary>Answers a request; null: drop the connection.</summary>
    public async Task<LoopbackReply?> AnswerAsync(LoopbackRequest request, CancellationToken cancellationToken)
    {
        var ask = request.Target.IndexOf('?', StringComparison.Ordinal);
        var path = Uri.UnescapeDataString(ask < 0 ? request.Target : request.Target[..ask]);
        if (path.StartsWith(Control, StringComparison.Ordinal))
        {
            return Controlled(request.Method, path);
        }

        var query = ask < 0 ? [] : QueryText.Read(request.Target[(ask + 1)..]);
        WorldAnswer? answer;
        int status;
        lock (_gate)
        {
            (answer, status) = Choose(request.Method, path, query);
            status = answer is null ? status : StatusOf(answer, request);
            Note(request, path, status);
        }
        if (answer is { Delay: var delay } && delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, cancellationToken);
        }
        return status == 0 ? null
            : answer is null ? Text(status, $"{status}\n")
            : new LoopbackReply(
                status,
                [.. answer.Headers.Select(one => KeyValuePair.Create(one.Key, Fill(one.Value)))],
                answer.Text is { } text ? answer.Charset.GetBytes(Fill(text)) : answer.Bytes
            );
    }

    private (WorldAnswer? Answer, int Status) Choose(
        string method,
        string path,
        IReadOnlyList<KeyValuePair<string, string>> query
    )
    {
        var fitting = brief
            .World.Where(entry => entry.Path == path && entry.Query.All(one => Has(query, one)))
            .OrderByDescending(entry => entry.Query.Count)
            .ThenBy(entry => entry.Query.Count(one => one.Value == "*"))
            .ToList();
        var wanted = method == "HEAD" && !fitting.Any(entry => entry.Methods.Contains("HEAD")) ? "GET" : method;
        var found = fitting.Find(entry => entry.Methods.Contains(wanted) || entry.Methods.Contains("*"));
        if (found is null)
        {
            return (
                null,
                fitting.Count > 0 || brief.World.Any(entry => entry.Path == path && entry.Query.Count == 0) ? 405 : 404
            );
        }
        var count = _counts[found] = _counts.GetValueOrDefault(found) + 1;
        var index = Math.Min(found.ByRequest ? count : _run, found.Answers.Count) - 1;
        return (found.Answers[Math.Max(0, index)], 0);
    }

    private static bool Has(IReadOnlyList<KeyValuePair<string, string>> query, KeyValuePair<string, string> wanted) =>
        query.Any(one => one.Key == wanted.Key && (wanted.Value == "*" || one.Value == wanted.Value));

    private int StatusOf(WorldAnswer answer, LoopbackRequest request)
    {
        var tag = answer
            .Headers.FirstOrDefault(one => one.Key.Equals("ETag", StringComparison.OrdinalIgnoreCase))
            .Value;
        return
            answer.Status == 200
            && tag is not null
            && request.Headers.TryGetValue("If-None-Match", out var known)
            && known.Split(',', StringSplitOptions.TrimEntries).Any(one => one == "*" || Bare(one) == Bare(Fill(tag)))
            ? 304
            : answer.Status;
        static string Bare(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
    }

    private void Note(LoopbackRequest request, string path, int status)
    {
        var body = Encoding.UTF8.GetString(request.Body);
        _requests.Add(
            new JsonObject
            {
                ["run"] = _run,
                ["method"] = request.Method,
                ["path"] = path,
                ["target"] = request.Target,
                ["status"] = status,
                ["body"] = body,
            }
        );
        if (request.Method == "POST")
        {
            _posts.Add(new SeenPost(path, body));
        }
    }

    private LoopbackReply Controlled(string method, string path)
    {
        if (method == "GET" && path == "/__seen")
        {
            lock (_gate)
            {
                var all = new JsonArray([.. _requests.Select(one => (JsonNode)one.DeepClone())]);
                return Reply(200, "application/json", all.ToJsonString());
            }
        }
        if (
            method == "POST"
            && path.StartsWith("/__run/", StringComparison.Ordinal)
            && int.TryParse(path[7..], out var number)
        )
        {
            Run(number);
            return Text(200, $"run {number}\n");
        }
        return Text(404, "404\n");
    }

    private static LoopbackReply Text(int status, string text) => Reply(status, "text/plain; charset=utf-8", text);

    private static LoopbackReply Reply(int status, string type, string text) =>
        new(status, [KeyValuePair.Create("Content-Type", type)], Encoding.UTF8.GetBytes(text));
}
