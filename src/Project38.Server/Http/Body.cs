using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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
        return new Body<T>(document is null ? Checked(new T(), new FieldErrors()) : Read(document.RootElement));
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

    private static T Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "The body must be a JSON object.");
        }

        var type = (JsonTypeInfo<T>)ContractsJson.Default.GetTypeInfo(typeof(T))!;
        var errors = new FieldErrors();
        foreach (var property in type.Properties)
        {
            if (root.TryGetProperty(property.Name, out var value) && !Fits(value, property.PropertyType))
            {
                errors.Add(property.Name, $"must be {Describe(property.PropertyType)}");
            }
        }

        UnknownFields.Refuse(root, type, errors);

        // What is of the right type is read without the rest, so that its own faults are named in the same answer.
        return Checked(errors.None ? root.Deserialize(type)! : Without(errors, root, type), errors);
    }

    private static T Without(FieldErrors errors, JsonElement root, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var name in type.Properties.Select(property => property.Name).Except(errors.Fields))
            {
                if (root.TryGetProperty(name, out var value))
                {
                    writer.WritePropertyName(name);
                    writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
                }
            }
            writer.WriteEndObject();
        }
        return JsonSerializer.Deserialize(buffer.WrittenSpan, type)!;
    }

    private static T Checked(T request, FieldErrors errors)
    {
        var misfits = errors.Fields.ToHashSet();
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(request, new ValidationContext(request), results, validateAllProperties: true);
        foreach (var result in results)
        {
            foreach (var member in result.MemberNames)
            {
                var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

                // A name that was a number is not also missing.
                if (!misfits.Contains(field))
                {
                    errors.Add(field, Complaint(result.ErrorMessage!));
                }
            }
        }
        errors.ThrowIfAny();
        return request;
    }

    // The framework's own sentences repeat the name of the property, which the wire does not know.
    private static string Complaint(string message) =>
        message.StartsWith("The ", StringComparison.Ordinal)
            ? message.EndsWith("is required.", StringComparison.Ordinal)
                ? "is required"
                : "is out of range"
            : message;

    private static bool Fits(JsonElement value, Type type)
    {
        try
        {
            value.Deserialize(ContractsJson.Default.GetTypeInfo(type)!);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Describe(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare switch
        {
            _ when bare == typeof(string) => "a text of valid Unicode",
            _ when bare == typeof(bool) => "true or false",
            _ when bare == typeof(long) || bare == typeof(int) => "a whole number",
            _ when bare == typeof(IReadOnlyList<string>) => "a list of texts",
            _ when bare == typeof(IReadOnlyDictionary<string, string>) => "an object of texts",
            _ when bare == typeof(DateTimeOffset) => "a time as in 2026-11-25T08:30:00Z",
            _ => "a JSON value",
        };
    }
}
