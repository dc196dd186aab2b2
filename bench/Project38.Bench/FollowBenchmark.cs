using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Project38.Bench;

/// <summary>
/// 2,000 who follow the events while 500 requests a second come in, against a server in a process of its own: no error,
/// and memory at the end beside memory after warm-up.
/// </summary>
internal sealed class FollowBenchmark(HttpClient http, Process server, TimeSpan length)
{
    private const double Goal = 1.10;
    private const int Followers = 2000;
    private const int PerSecond = 500;

    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<TimeSpan> _took = new();
    private long _events;

    /// <summary>Measures and says it.</summary>
    /// <returns>How the process is to end: 1 on any error.</returns>
    public static async Task<int> RunAsync(string root, bool full)
    {
        await using var service = await BenchServer.StartAsync(root);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Followers + 500 })
        {
            BaseAddress = service.Address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", service.Token);
        var length = TimeSpan.FromSeconds(full ? 60 : 10);
        return await new FollowBenchmark(http, service.Process, length).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        var agent = await ImportAsync();
        using var end = new CancellationTokenSource();
        var joined = 0;
        var following = Enumerable
            .Range(0, Followers)
            .Select(_ => FollowAsync(() => Interlocked.Increment(ref joined), end.Token))
            .ToList();
        while (Volatile.Read(ref joined) < Followers && _errors.IsEmpty)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        // The warm-up is as long as the measurement: pools and the collector come to rest meanwhile.
        await LoadAsync(agent, length);
        var warm = Rss();
        _took.Clear();
        await LoadAsync(agent, length);
        var after = Rss();
        await end.CancelAsync();
        await Task.WhenAll(following);

        var p99 = _took.Order().ElementAt(_took.Count * 99 / 100);
        var ratio = (double)after / warm;
        Say($"{Followers} followers, {_events} events to them, {_took.Count} requests in {length.TotalSeconds:0} s");
        Say($"errors: {_errors.Count} {string.Join("; ", _errors.Distinct().Take(3))}");
        Say($"p99: {p99.TotalMilliseconds:0.0} ms");
        Say($"memory: {warm >> 20} MB after warm-up, {after >> 20} MB at the end");
        Say($"follow: ratio {ratio:0.00} goal {Goal:0.00} {(ratio <= Goal && _errors.IsEmpty ? "ok" : "short")}");
        return _errors.IsEmpty ? 0 : 1;
    }

    private async Task<string> ImportAsync()
    {
        var body = System.Text.Json.JsonSerializer.Serialize(
            new { code = BenchServer.Program, strict_validation = false }
        );
        using var answer = await http.PostAsync(
            "/api/agents/import",
            new StringContent(body, Encoding.UTF8, "application/json")
        );
        answer.EnsureSuccessStatusCode();
        using var made = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        return made.RootElement.GetProperty("id").GetRawText();
    }

    private async Task FollowAsync(Action joined, CancellationToken end)
    {
        try
        {
            await using var stream = await http.GetStreamAsync("/api/events", end);
            using var reader = new StreamReader(stream);
            joined();
            while (await reader.ReadLineAsync(end) is { } line)
            {
                if (line.StartsWith("event:", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref _events);
                }
            }
            _errors.Enqueue("a stream ended");
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Measured enough.
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            _errors.Enqueue($"following: {exception.Message}");
        }
    }

    // At a steady pace, whether or not the answers keep up; one in 500 starts a run, so that there is something to follow.
    private async Task LoadAsync(string agent, TimeSpan during)
    {
        var pace = TimeSpan.FromMilliseconds(20);
        var each = (int)(PerSecond * pace.TotalSeconds);
        var requests = new List<Task>();
        using var timer = new PeriodicTimer(pace);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < during)
        {
            var due = (int)(Stopwatch.GetElapsedTime(started) / pace) + 1;
            for (var sent = requests.Count; sent < due * each; sent++)
            {
                requests.Add(RequestAsync(agent, starts: sent % PerSecond == 0));
            }
            await timer.WaitForNextTickAsync();
        }
        await Task.WhenAll(requests);
    }

    private async Task RequestAsync(string agent, bool starts)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var request = starts
                ? new HttpRequestMessage(HttpMethod.Post, $"/api/agents/{agent}/execute")
                {
                    Content = new StringContent("{}", Encoding.UTF8, "application/json"),
                    Headers = { { "Prefer", "respond-async" } },
                }
                : new HttpRequestMessage(HttpMethod.Get, $"/api/agents/{agent}");
            using var answer = await http.SendAsync(request);
            _took.Enqueue(Stopwatch.GetElapsedTime(started));
            if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Accepted))
            {
                _errors.Enqueue($"{request.Method} answered {(int)answer.StatusCode}");
            }
        }
        catch (HttpRequestException exception)
        {
            _errors.Enqueue($"request: {exception.Message}");
        }
    }

    // From outside, as the kernel counts it: resident pages.
    private long Rss()
    {
        server.Refresh();
        return server.WorkingSet64;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
