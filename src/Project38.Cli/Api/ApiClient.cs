using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Project38.Cli.Servers;
using Project38.Contracts;

namespace Project38.Cli.Api;

/// <summary>The API as the verbs call it: typed, and every refusal an <see cref="ApiException"/>.</summary>
internal sealed class ApiClient(ServerConnection connection) : IAsyncDisposable
{
    private static readonly ContractsJson Json = ContractsJson.Default;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // Half a minute: a service that is restarted is back by then.
    private const int Reconnects = 30;
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromSeconds(1);

    /// <summary>The server it speaks to.</summary>
    public ServerFile Server => connection.Server;

    /// <summary>Reads.</summary>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(new HttpRequestMessage(HttpMethod.Get, path), type, cancellationToken);

    /// <summary>Reads, with the tag of the state that was read.</summary>
    public async Task<(T Value, EntityTagHeaderValue Tag)> GetTaggedAsync<T>(
        string path,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await SendAsync(request, cancellationToken);
        return ((await answer.Content.ReadFromJsonAsync(type, cancellationToken))!, answer.Headers.ETag!);
    }

    /// <summary>Changes what is still in the state of a tag.</summary>
    /// <exception cref="ApiException">412: it is in another by now, and nothing was changed.</exception>
    public Task<TResponse> PutAsync<TRequest, TResponse>(
        string path,
        TRequest body,
        JsonTypeInfo<TRequest> bodyType,
        JsonTypeInfo<TResponse> type,
        EntityTagHeaderValue state,
        CancellationToken cancellationToken
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body, bodyType) };
        request.Headers.IfMatch.Add(state);
        return ReadAsync(request, type, cancellationToken);
    }

    /// <summary>Asks for something to be done that needs no more words, and reads what came of it.</summary>
    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(new HttpRequestMessage(HttpMethod.Post, path), type, cancellationToken);

    /// <summary>Sends JSON, and reads what comes back.</summary>
    public Task<TResponse> SendAsync<TRequest, TResponse>(
        HttpMethod method,
        string path,
        TRequest body,
        JsonTypeInfo<TRequest> bodyType,
        JsonTypeInfo<TResponse> type,
        CancellationToken cancellationToken
    ) =>
        ReadAsync(
            new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, bodyType) },
            type,
            cancellationToken
        );

    /// <summary>Sends a request whose answer has no body that matters.</summary>
    public async Task SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(new HttpRequestMessage(method, path) { Content = body }, cancellationToken);
    }

    /// <summary>Fetches bytes into a stream.</summary>
    public async Task DownloadAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

        // Not HttpContent.CopyToAsync, which calls a full disk here a failed request.
        await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await content.CopyToAsync(target, cancellationToken);
    }

    /// <summary>Makes an agent of a sentence, and tells of each step as it happens.</summary>
    public Task<CreatedAgentResponse> CreateAsync(
        CreateAgentRequest request,
        Action<ProgressResponse> progress,
        CancellationToken cancellationToken
    ) =>
        MakeAsync(
            "/api/agents",
            JsonContent.Create(request, Json.CreateAgentRequest),
            Json.CreatedAgentResponse,
            AgentStopped,
            progress,
            cancellationToken
        );

    /// <summary>Makes an agent of a program, and tells of each step as it happens.</summary>
    public Task<CreatedAgentResponse> ImportAsync(
        ImportAgentRequest request,
        Action<ProgressResponse> progress,
        CancellationToken cancellationToken
    ) =>
        MakeAsync(
            "/api/agents/import",
            JsonContent.Create(request, Json.ImportAgentRequest),
            Json.CreatedAgentResponse,
            AgentStopped,
            progress,
            cancellationToken
        );

    /// <summary>Changes an agent in words, and tells of each step as it happens.</summary>
    public Task<EditResponse> EditAsync(
        long agentId,
        EditAgentRequest request,
        Action<ProgressResponse> progress,
        CancellationToken cancellationToken
    ) =>
        MakeAsync(
            $"/api/agents/{agentId}/edit",
            JsonContent.Create(request, Json.EditAgentRequest),
            Json.EditResponse,
            EditStopped,
            progress,
            cancellationToken
        );

    /// <summary>Starts an agent, and waits for nothing.</summary>
    public Task<TaskResponse> StartAsync(long agentId, ExecuteAgentRequest request, CancellationToken cancellationToken)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, $"/api/agents/{agentId}/execute")
        {
            Content = JsonContent.Create(request, Json.ExecuteAgentRequest),
        };
        message.Headers.Add("Prefer", "respond-async");
        return ReadAsync(message, Json.TaskResponse, cancellationToken);
    }

    /// <summary>The events of a task, to its end; a connection that is lost is made anew where it broke off.</summary>
    /// <exception cref="CliException">The server did not come back.</exception>
    public async IAsyncEnumerable<(string Kind, string Data)> FollowAsync(
        long taskId,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var last = "";
        for (var failures = 0; failures < Reconnects; failures++)
        {
            await using var events = EventsAsync($"/api/tasks/{taskId}/events", last, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (await HasNextAsync(events))
            {
                (var kind, var data, last) = events.Current;
                yield return (kind, data);
                if (kind == "end")
                {
                    yield break;
                }
                failures = 0;
            }
            await Task.Delay(ReconnectPause, cancellationToken);
        }
        throw new CliException(
            ExitCode.Server,
            $"The server went away, and did not come back in time. See what became of it: p38 logs {taskId}"
        );
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static async Task<bool> HasNextAsync(IAsyncEnumerator<(string, string, string)> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception exception)
            when (exception is CliException { ExitCode: ExitCode.Server } || ServerConnection.IsLost(exception))
        {
            return false;
        }
    }

    private async Task<T> MakeAsync<T>(
        string path,
        HttpContent request,
        JsonTypeInfo<T> type,
        Func<GenerationResponse, string> stopped,
        Action<ProgressResponse> progress,
        CancellationToken cancellationToken
    )
    {
        // Whoever stops must be told whether an agent was made, so the start itself is not cut off in the middle.
        using var late = new CancellationTokenSource();
        await using var stop = cancellationToken.Register(() => late.CancelAfter(Grace));
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = request };
        message.Headers.Add("Prefer", "respond-async");
        using var accepted = await SendAsync(message, late.Token);
        var generation = accepted.Headers.Location!.OriginalString;
        try
        {
            await foreach (var (kind, data, _) in EventsAsync($"{generation}/events", after: "", cancellationToken))
            {
                switch (kind)
                {
                    case "progress":
                        progress(JsonSerializer.Deserialize(data, Json.ProgressResponse)!);
                        break;
                    case "done":
                        return JsonSerializer.Deserialize(data, type)!;
                    case "failed":
                        throw new ApiException(JsonSerializer.Deserialize(data, Json.ProblemResponse)!);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw await StopAsync(generation, stopped, late.Token);
        }
        catch (IOException exception) when (ServerConnection.IsLost(exception))
        {
            throw Gone(exception);
        }
        throw Gone(inner: null);
    }

    private static string AgentStopped(GenerationResponse state) =>
        (state.Agent?.Id ?? state.Problem?.AgentId) is not { } agent
            ? $"Stopped; no agent was made{Spent(state)}."
            : $"Stopped; but agent {agent} was made already. See 'p38 show {agent}', or remove it: 'p38 delete {agent}'.";

    private static string EditStopped(GenerationResponse state) =>
        state.Edit is not { } edit
            ? $"Stopped; nothing was changed{Spent(state)}."
            : $"Stopped; but version {edit.Version.Number} was made already. See 'p38 versions {edit.Agent.Id}'.";

    private async Task<CliException> StopAsync(
        string generation,
        Func<GenerationResponse, string> stopped,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var message = new HttpRequestMessage(HttpMethod.Delete, generation);
            var state = await ReadAsync(message, Json.GenerationResponse, cancellationToken);
            return new CliException(ExitCode.Interrupted, stopped(state));
        }
        catch (Exception exception)
            when (exception is CliException or OperationCanceledException || ServerConnection.IsLost(exception))
        {
            return new CliException(
                ExitCode.Interrupted,
                "Stopped; the server did not say what was made already. See 'p38 list' and 'p38 versions'.",
                exception
            );
        }
    }

    private static string Spent(GenerationResponse state) =>
        state.Progress.LastOrDefault(step => step.Step == "stopped") is { } stopped ? $"; {stopped.Text}" : "";

    private static CliException Gone(Exception? inner) =>
        new(
            ExitCode.Server,
            "The server went away while it made the agent. Look with 'p38 list' or 'p38 versions' what is there, then try again.",
            inner
        );

    private async IAsyncEnumerable<(string Kind, string Data, string Id)> EventsAsync(
        string path,
        string after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (after.Length > 0)
        {
            message.Headers.Add("Last-Event-ID", after);
        }
        using var answer = await SendAsync(message, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var parser = SseParser.Create(stream);
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            yield return (item.EventType, item.Data, parser.LastEventId);
        }
    }

    private async Task<T> ReadAsync<T>(
        HttpRequestMessage message,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
    {
        using var request = message;
        using var answer = await SendAsync(request, cancellationToken);
        return (await answer.Content.ReadFromJsonAsync(type, cancellationToken))!;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        // A refusal of a large body comes before it is sent, and is not lost with the connection.
        message.Headers.ExpectContinue = message.Content is not null;

        HttpResponseMessage answer;
        try
        {
            answer = await connection.Http.SendAsync(
                message,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
        }
        catch (HttpRequestException exception)
        {
            throw new CliException(ExitCode.Server, ServerConnection.Lost, exception);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw new ApiException(await ProblemOfAsync(answer, cancellationToken));
        }
    }

    private static async Task<ProblemResponse> ProblemOfAsync(
        HttpResponseMessage answer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await answer.Content.ReadFromJsonAsync(Json.ProblemResponse, cancellationToken))!;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            var status = (int)answer.StatusCode;
            return new ProblemResponse
            {
                Type = "about:blank",
                Title = answer.ReasonPhrase ?? "Error",
                Status = status,
                Detail = $"The server answered with {status} and no word. Is it a Project38 server?",
            };
        }
    }
}
