using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Project38.Contracts;

namespace Project38.Client.Http;

/// <summary>A creation or an edit, with its progress.</summary>
internal static class Making
{
    private static readonly ContractsJson s_json = ContractsJson.Default;
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    /// <summary>Makes something, and tells of each step as it happens.</summary>
    /// <exception cref="ApiException">It was refused, or not proved.</exception>
    /// <exception cref="MakingStoppedException">It was cancelled.</exception>
    public static async Task<T> MakeAsync<T>(
        this Transport transport,
        ApiRequest request,
        JsonTypeInfo<T> type,
        Action<ProgressResponse>? progress,
        CancellationToken cancellationToken
    )
    {
        // Whoever stops must be told whether an agent was made, so the start itself is not cut off in the middle.
        using var late = new CancellationTokenSource();
        await using var stop = cancellationToken.Register(() => late.CancelAfter(s_grace));
        var begun = await transport.JsonAsync(
            request with
            {
                RespondAsync = true,
            },
            s_json.GenerationResponse,
            late.Token
        );
        try
        {
            var answer = await transport.OpenAsync(
                ApiRequest.Get($"/api/generations/{begun.Id}/events") with
                {
                    LastEventId = "",
                },
                cancellationToken
            );
            await foreach (var one in transport.EventsAsync(answer, cancellationToken))
            {
                switch (one.Kind)
                {
                    case "progress":
                        progress?.Invoke(JsonSerializer.Deserialize(one.Data, s_json.ProgressResponse)!);
                        break;
                    case "done":
                        return JsonSerializer.Deserialize(one.Data, type)!;
                    case "failed":
                        throw new ApiException(JsonSerializer.Deserialize(one.Data, s_json.ProblemResponse)!);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new MakingStoppedException(await StopAsync(transport, begun.Id, late.Token), cancellationToken);
        }
        throw new ConnectionLostException("The server stopped while it made the agent.");
    }

    private static async Task<GenerationResponse?> StopAsync(
        Transport transport,
        string id,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var request = ApiRequest.Delete($"/api/generations/{id}");
            return await transport.JsonAsync(request, s_json.GenerationResponse, cancellationToken);
        }
        catch (Exception exception)
            when (exception is ApiException or ConnectionLostException or OperationCanceledException)
        {
            return null;
        }
    }
}
