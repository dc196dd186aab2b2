using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Project38.Server.Http;

/// <summary>Reads a request's JSON strictly: every field that is wrong is named at once, and one that nobody knows is wrong.</summary>
internal static class StrictRequest
{
    /// <summary>Reads a request.</summary>
    /// <param name="root">What was sent.</param>
    /// <param name="types">Knows the request's type and those of its fields.</param>
    /// <exception cref="ProblemException">A 422 that names every field that is wrong.</exception>
    public static T Read<T>(JsonElement root, JsonSerializerContext types)
        where T : class
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "The body must be a JSON object.");
        }

        var type = (JsonTypeInfo<T>)types.GetTypeInfo(typeof(T))!;
        var errors = new FieldErrors();
        foreach (var property in type.Properties)
        {
            if (root.TryGetProperty(property.Name, out var value) && !Fits(value, property.PropertyType, types))
            {
                errors.Add(property.Name, $"must be {Describe(property.PropertyType)}");
            }
        }

        UnknownFields.Refuse(root, type, errors);

        // What is of the right type is read without the rest, so that its own faults are named in the same answer.
        return Checked(errors.None ? root.Deserialize(type)! : Without(errors, root, type), errors);
    }

    private static T Without<T>(FieldErrors errors, JsonElement root, JsonTypeInfo<T> type)
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

    /// <summary>Holds a request to its attributes.</summary>
    /// <exception cref="ProblemException">A 422 that names every field that is wrong.</exception>
    public static T Checked<T>(T request)
        where T : class => Checked(request, new FieldErrors());

    private static T Checked<T>(T request, FieldErrors errors)
        where T : class
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

    private static bool Fits(JsonElement value, Type type, JsonSerializerContext types)
    {
        try
        {
            value.Deserialize(types.GetTypeInfo(type)!);
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
