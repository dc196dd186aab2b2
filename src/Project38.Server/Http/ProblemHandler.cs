using Project38.Core.Secrets;
using Project38.Core.Storage;

namespace Project38.Server.Http;

/// <summary>Turns what a handler throws into a problem. Text of an exception goes out only when it was made for that.</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : IMiddleware
{
    /// <inheritdoc/>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
            context.Abort();
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await ResultOf(exception).ExecuteAsync(context);
        }
    }

    /// <summary>The problem that tells of an exception.</summary>
    public ProblemResult ResultOf(Exception exception) =>
        exception switch
        {
            ProblemException known => new ProblemResult(known.Problem),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problem.Of(
                StatusCodes.Status413PayloadTooLarge,
                "The body is too large: at most 16 MB of JSON, or 10 MB for a file."
            ),
            BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => Problem.Of(
                StatusCodes.Status408RequestTimeout,
                "The body came too slowly, or not to its end. Send it again."
            ),
            BadHttpRequestException bad => Problem.Of(bad.StatusCode, "The request could not be read."),
            SecretException secret => Problem.Of(StatusCodes.Status503ServiceUnavailable, secret.Message),
            _ when StorageException.Explain(exception) is { } storage => OfStorage(storage),
            _ => Unexpected(exception),
        };

    private ProblemResult OfStorage(StorageException exception)
    {
        StorageFailed(logger, exception.Failure, exception);
        var status =
            exception.Failure == StorageFailure.Full
                ? StatusCodes.Status507InsufficientStorage
                : StatusCodes.Status503ServiceUnavailable;
        return Problem.Of(status, exception.Message);
    }

    private ProblemResult Unexpected(Exception exception)
    {
        RequestFailed(logger, exception);
        return Problem.Of(
            StatusCodes.Status500InternalServerError,
            "Something failed that should not. The server's log has the details; nothing was half done."
        );
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed")]
    private static partial void RequestFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database failed: {Failure}")]
    private static partial void StorageFailed(ILogger logger, StorageFailure failure, Exception exception);
}
