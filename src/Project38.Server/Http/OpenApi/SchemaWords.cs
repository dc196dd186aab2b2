using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Project38.Contracts;

namespace Project38.Server.Http.OpenApi;

/// <summary>What the framework does not see of a contract: times, our own attributes, and values there are.</summary>
internal static class SchemaWords
{
    /// <summary>Describes one schema.</summary>
    public static Task DescribeAsync(
        OpenApiSchema schema,
        OpenApiSchemaTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset))
        {
            // Its converter hides from the framework that a time is a text.
            var nullable = context.JsonTypeInfo.Type != type ? JsonSchemaType.Null : default;
            schema.Type = JsonSchemaType.String | nullable;
            schema.Format = "date-time";
        }

        // One line: the files that bring these have line breaks and indentation of their own.
        if (schema.Description is { } text)
        {
            schema.Description = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }
        AnswerValues.Add(schema, context.JsonPropertyInfo?.AttributeProvider);
        foreach (var attribute in context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(inherit: true) ?? [])
        {
            Apply(schema, attribute);
        }
        return Task.CompletedTask;
    }

    private static void Apply(OpenApiSchema schema, object attribute)
    {
        switch (attribute)
        {
            case MaxItemsAttribute items:
                schema.MaxItems = items.Maximum;
                break;
            case AllowedValuesAttribute allowed:
                schema.Enum =
                [
                    .. allowed.Values.Select(value => value is null ? null! : JsonValue.Create((string)value)!),
                ];
                break;
            case RequiredAttribute:
                // Null is what it is while it was left out, and that is refused.
                schema.Type &= ~JsonSchemaType.Null;
                break;
        }
    }
}
