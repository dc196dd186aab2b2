using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Project38.Contracts;
using Project38.Server.Http.Idempotency;

namespace Project38.Server.Http.OpenApi;

/// <summary>The API's own description: OpenAPI 3.1, made from the routes, the contracts and <see cref="RouteFacts"/>.</summary>
internal static class ApiDocument
{
    /// <summary>Where it is served.</summary>
    public const string Path = "/openapi/v1.json";

    private const string Token = "token";
    private const string ProblemType = "application/problem+json";

    /// <summary>Registers it.</summary>
    public static void AddApiDocument(this IServiceCollection services) =>
        services.AddOpenApi(document =>
        {
            document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            document.AddDocumentTransformer(DescribeAsync);
            document.AddOperationTransformer(DescribeAsync);
            document.AddSchemaTransformer(SchemaWords.DescribeAsync);
        });

    private static Task DescribeAsync(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "Project38",
            Version = "1",
            Description =
                "Describe an agent in a sentence; it is written, proved, scheduled and run. Times are UTC. Errors are "
                + "problem details (RFC 9457) whose `detail` says what was refused, why, and what to do.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        // It is the same wherever it is served.
        document.Servers = null;
        document.Tags = document
            .Paths.Values.SelectMany(path => path.Operations ?? [])
            .SelectMany(operation => operation.Value.Tags ?? new HashSet<OpenApiTagReference>())
            .Select(tag => tag.Reference.Id!)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(name => new OpenApiTag { Name = name })
            .ToHashSet();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Token] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The text in `P38_HOME/token`.",
            },
        };
        return Task.CompletedTask;
    }

    private static async Task DescribeAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var facts = metadata.OfType<RouteFacts>().Single();
        var isOpen = metadata.OfType<IAllowAnonymous>().Any();
        var hasBody = metadata.OfType<IAcceptsMetadata>().Any();
        var path = context.Description.RelativePath ?? "";
        var isPost = context.Description.HttpMethod == HttpMethods.Post;

        operation.Tags = new HashSet<OpenApiTagReference> { new(TagOf(path), context.Document) };
        operation.Parameters ??= [];
        foreach (
            var parameter in facts.Paged ? [.. facts.Query, QueryParameter.Limit, QueryParameter.Offset] : facts.Query
        )
        {
            operation.Parameters.Add(Of(parameter));
        }
        AddHeaders(operation, facts, isPost);

        if (!isOpen)
        {
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, context.Document)] = [] },
            ];
        }

        if (facts.TakesFile || facts.TakesAnything)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = facts.TakesFile,
                Content = facts.TakesFile
                    ? ContentOf("application/octet-stream", File())
                    : ContentOf("*/*", new OpenApiSchema()),
            };
        }

        List<int> problems =
        [
            .. facts.Refuses,
            .. isOpen ? (int[])[] : [401, 429, 503],
            .. path.Contains('{') ? (int[])[404] : [],
            .. hasBody ? (int[])[400, 413, 415, 422] : [],
            .. facts.Query.Count > 0 || facts.Paged ? (int[])[422] : [],
            .. facts.Guarded ? (int[])[400, 412] : [],
            .. isPost ? (int[])[400, 409, 422] : [],
        ];
        operation.Responses ??= [];
        foreach (var status in problems.Distinct().Order())
        {
            operation.Responses[$"{status}"] = await ProblemAsync(status, context, cancellationToken);
        }
        foreach (var (status, response) in operation.Responses.Where(one => one.Key[0] == '2'))
        {
            Complete((OpenApiResponse)response, status, facts);
        }
        Examples.Add(operation);
    }

    private static void AddHeaders(OpenApiOperation operation, RouteFacts facts, bool isPost)
    {
        if (isPost && (!facts.Unkept || facts.TakesAnything))
        {
            operation.Parameters!.Add(
                Header(
                    IdempotencyKeys.Header,
                    "A key of the client's choice: with it, the request sent again is done once."
                )
            );
        }
        if (facts.Guarded)
        {
            operation.Parameters!.Add(
                Header("If-Match", "The `ETag` of the state that was seen: in any other, the answer is 412.")
            );
        }
        if (facts.Long)
        {
            operation.Parameters!.Add(
                Header("Prefer", "`respond-async`: the answer is a 202 at once, and progress to follow.")
            );
        }
        if (facts.Streams)
        {
            operation.Parameters!.Add(
                Header("Last-Event-ID", "The id of the last event that was seen: the stream goes on after it.")
            );
        }
    }

    private static void Complete(OpenApiResponse response, string status, RouteFacts facts)
    {
        Dictionary<string, IOpenApiHeader> headers = [];
        if (facts.Paged)
        {
            headers["X-Total-Count"] = Header(JsonSchemaType.Integer, "How long the whole list is.");
            headers["Link"] = Header(
                JsonSchemaType.String,
                "To the `first`, `prev`, `next` and `last` part (RFC 8288)."
            );
        }
        if (facts.Tagged && status != "202")
        {
            headers["ETag"] = Header(JsonSchemaType.String, "The tag of the agent's state, for `If-Match`.");
        }
        if (status is "201" or "202")
        {
            headers["Location"] = Header(JsonSchemaType.String, "Where it is.");
        }
        if (headers.Count > 0)
        {
            response.Headers = headers;
        }
        if (facts.Streams)
        {
            response.Content = ContentOf("text/event-stream", new OpenApiSchema { Type = JsonSchemaType.String });
        }
        if (facts.GivesFile)
        {
            response.Content = ContentOf("application/octet-stream", File());
        }
    }

    private static Dictionary<string, OpenApiMediaType> ContentOf(string type, IOpenApiSchema schema) =>
        new() { [type] = new OpenApiMediaType { Schema = schema } };

    private static OpenApiSchema File() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static OpenApiParameter Of(QueryParameter parameter) =>
        new()
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Description,
            Schema = new OpenApiSchema
            {
                Type = parameter.Type switch
                {
                    "integer" => JsonSchemaType.Integer,
                    "boolean" => JsonSchemaType.Boolean,
                    _ => JsonSchemaType.String,
                },
                Default = parameter.Default?.DeepClone(),
                Minimum = parameter.Minimum?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Maximum = parameter.Maximum?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Enum = parameter.Values.Count == 0 ? null : [.. parameter.Values],
            },
        };

    private static OpenApiParameter Header(string name, string description) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static OpenApiHeader Header(JsonSchemaType type, string description) =>
        new()
        {
            Description = description,
            Schema = new OpenApiSchema { Type = type },
        };

    private static async Task<OpenApiResponseReference> ProblemAsync(
        int status,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        const string Schema = nameof(ProblemResponse);
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(Schema) != true)
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(ProblemResponse), null, cancellationToken);
            document.AddComponent(Schema, schema);
        }

        var name = $"Problem{status}";
        if (document.Components?.Responses?.ContainsKey(name) != true)
        {
            var content = ContentOf(ProblemType, new OpenApiSchemaReference(Schema, document));
            content[ProblemType].Example = Examples.ProblemOf(status);
            document.AddComponent(
                name,
                new OpenApiResponse { Description = Problem.Body(status, "").Title, Content = content }
            );
        }
        return new OpenApiResponseReference(name, document);
    }

    // The noun of the path; what belongs to an agent stands with agents.
    private static string TagOf(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["api", "health"] or ["api"] or [] => "health",
            ["api", var noun, ..] => noun,
            [var noun, ..] => noun,
        };
}
