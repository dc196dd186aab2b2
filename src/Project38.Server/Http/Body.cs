using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Project38.Contracts;

namespace Project38.Server.Http;

/// <summary>A request's JSON body, read strictly: every field that is wrong is named at once, by a 422.</summary>
/// <param name="Value">The request; its attributes hold.</param>
/// <remarks>
/// Not the framework's own binding, which stops at the first field of a wrong type and answers 400 without a word. A field
/// that nobody knows is wrong too: <c>dryRun</c> for <c>dry_run</c> would be a run.
/// </remarks>
internal sealed record Body<T>(T Value) : IEndpointParameterMetadataProvider
    where T : class, new()
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Called by the framework for a handler's parameter.</summary>
    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        _ = parameter;
        using var document = await ParseAsync(context.Request, context.RequestAborted);
        return new Body<T>(
            document is null
                ? StrictRequest.Checked(new T())
                : StrictRequest.Read<T>(document.RootElement, ContractsJson.Default)
        );
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        if (typeof(T) != typeof(EmptyRequest))
        {
            builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));
        }
    }

    private static async Task<JsonDocument?> ParseAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // Not by its type: clients send that of a body that they leave out.
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return null;
        }
        if (!request.HasJsonContentType())
        {
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, Problem.NotJson);
        }

        // Whole before it is read: a document made of it needs it whole, and a text that is not UTF-8 is found nowhere else
        // but where somebody asks for it.
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (FirstWrongByte(bytes.Span) is { } place)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                $"The body is not the JSON we take: byte {place} is not UTF-8. Send text in UTF-8."
            );
        }

        try
        {
            return JsonDocument.Parse(bytes, Strict);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: a name with half of a surrogate pair, which cannot be compared with the others.
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                $"The body is not the JSON we take: {exception.Message} UTF-8, no key twice, 64 levels at most."
            );
        }
    }

    // Counted from 0, as the places of other faults are; null: there is none.
    private static int? FirstWrongByte(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return null;
        }

        Span<char> letters = stackalloc char[1024];
        var place = 0;
        OperationStatus status;
        do
        {
            status = Utf8.ToUtf16(bytes[place..], letters, out var read, out _, replaceInvalidSequences: false);
            place += read;
        } while (status == OperationStatus.DestinationTooSmall);
        return place;
    }
}
