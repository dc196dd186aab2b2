using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Project38.Core.Storage;
using Project38.Server.Http.OpenApi;

namespace Project38.Server.Http.Idempotency;

/// <summary>
/// <c>Idempotency-Key</c> on every POST: a request sent again, because nobody knows what became of the first, is answered
/// as the first was, and done once.
/// </summary>
/// <remarks>
/// After the IETF draft "The Idempotency-Key HTTP Header Field": 422 for a key that another request had, 409 while the first
/// is being answered. What failed inside the platform (5xx), or was refused before it began (408, 429), is not kept. A server
/// that is killed in the middle leaves its claim to whoever asks again half a minute later; a run that it had started is
/// found again, see <see cref="CauseOf"/>.
/// </remarks>
internal sealed partial class IdempotencyKeys(
    KeyBook book,
    ProblemHandler problems,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<IdempotencyKeys> logger
) : IMiddleware
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>On an answer that was given before.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    private const int MaxKey = 255;
    private static readonly TimeSpan Pace = KeyBook.Hold / 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string[] KeptHeaders = ["Content-Type", "Location", "ETag", "Preference-Applied"];

    /// <summary>
    /// What a request names the task that it starts: the same for each that comes with its key. Of a server that was killed
    /// there is no answer, but there is that task. Null: it has no key.
    /// </summary>
    public static string? CauseOf(HttpRequest request) =>
        request.Headers[Header] is { Count: > 0 } given
            ? $"key:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(KeyOf(given))))}"
            : null;

    /// <inheritdoc/>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (
            !HttpMethods.IsPost(context.Request.Method)
            || context.Request.Headers[Header] is not { Count: > 0 } given
            || context.GetEndpoint()?.Metadata.GetMetadata<RouteFacts>() is { Unkept: true }
        )
        {
            await next(context);
            return;
        }

        var key = KeyOf(given);
        var fingerprint = await FingerprintAsync(context.Request, context.RequestAborted);
        switch (await book.ClaimAsync(key, fingerprint, context.RequestAborted))
        {
            case KeyClaim.Ours ours:
                await DoAsync(context, next, key, ours.Holder);
                break;
            case KeyClaim.Answered answered:
                await ReplayAsync(context, answered.Request);
                break;
            case KeyClaim.Busy:
                context.Response.Headers.RetryAfter = "1";
                throw new ProblemException(
                    StatusCodes.Status409Conflict,
                    $"The request with this {Header} is being answered. Send it again in a moment to get its answer."
                );
            default:
                throw new ProblemException(
                    StatusCodes.Status422UnprocessableEntity,
                    $"This {Header} came with another request before. Send the same request, or choose a new key."
                );
        }
    }

    private async Task DoAsync(HttpContext context, RequestDelegate next, string key, string holder)
    {
        // It is done for the key, and not for the connection: whoever asks again is to find it done.
        var gone = context.RequestAborted;
        context.RequestAborted = lifetime.ApplicationStopping;
        var client = context.Response.Body;
        using var body = new MemoryStream();
        context.Response.Body = body;
        using var ended = new CancellationTokenSource();
        var holding = HoldAsync(key, holder, ended.Token);
        var kept = false;
        try
        {
            await AnswerAsync(context, next);
            kept = IsKept(context.Response.StatusCode);
        }
        finally
        {
            context.Response.Body = client;
            await ended.CancelAsync();
            await holding;
            await EndAsync(context.Response, key, holder, kept ? body : null);
        }

        context.RequestAborted = gone;
        body.Position = 0;
        await body.CopyToAsync(client, gone);
    }

    // A refusal is an answer too: a draft may have been kept, and a model paid. What the server's own end cut off is none.
    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception)
            when (exception is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            await problems.ResultOf(exception).ExecuteAsync(context);
        }
    }

    // What was done is done: an answer that cannot be kept must not become a failure.
    private async Task EndAsync(HttpResponse response, string key, string holder, MemoryStream? body)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await (
                body is null
                    ? book.ReleaseAsync(key, holder, patience.Token)
                    : book.AnswerAsync(
                        key,
                        holder,
                        response.StatusCode,
                        HeadersOf(response),
                        Encoding.UTF8.GetString(body.ToArray()),
                        patience.Token
                    )
            );
        }
        catch (Exception exception)
            when (StorageException.Explain(exception) is not null || patience.IsCancellationRequested)
        {
            NotKept(logger, exception);
        }
    }

    private async Task HoldAsync(string key, string holder, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pace, time, cancellationToken);
                await book.RenewAsync(key, holder, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Answered.
        }
        catch (Exception exception) when (StorageException.Explain(exception) is not null)
        {
            NotKept(logger, exception);
        }
    }

    private static async Task ReplayAsync(HttpContext context, KeyedRequest request)
    {
        var response = context.Response;
        response.StatusCode = request.Status!.Value;
        foreach (var header in JsonElement.Parse(request.Headers!).EnumerateObject())
        {
            response.Headers[header.Name] = header.Value.GetString();
        }
        response.Headers[ReplayedHeader] = "true";
        await response.WriteAsync(request.Body!, context.RequestAborted);
    }

    // Of two, neither is known to be the one that the client will send again.
    private static string KeyOf(StringValues given) =>
        given.Count == 1
        && given[0]!.Trim('"') is { Length: >= 1 and <= MaxKey } key
        && key.All(letter => letter is >= ' ' and <= '~')
            ? key
            : throw new ProblemException(
                StatusCodes.Status400BadRequest,
                $"{Header} takes 1 to {MaxKey} printable ASCII characters, for example a UUID, and comes once in a request."
            );

    private static async Task<string> FingerprintAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // In memory, up to the limit that Kestrel holds: what is sent here is nothing for a temporary file.
        request.EnableBuffering(bufferThreshold: ServerApp.MaxJsonBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
        }
        request.Body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsKept(int status) =>
        status < StatusCodes.Status500InternalServerError
        && status is not (StatusCodes.Status408RequestTimeout or StatusCodes.Status429TooManyRequests);

    private static string HeadersOf(HttpResponse response) =>
        JsonSerializer.Serialize(
            KeptHeaders
                .Where(response.Headers.ContainsKey)
                .ToDictionary(name => name, name => response.Headers[name].ToString())
        );

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer to a request with a key could not be kept")]
    private static partial void NotKept(ILogger logger, Exception exception);
}
