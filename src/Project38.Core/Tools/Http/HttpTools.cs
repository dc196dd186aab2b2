using System.Text.Json.Nodes;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Http;

/// <summary>The namespace <c>http</c>: public web servers, those that were granted.</summary>
internal sealed class HttpTools(WebClient web, HttpArguments http) : IToolSource
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            new ToolDefinition
            {
                Name = "http.request",
                Risks = HttpArguments.Risks,
                BringsRisks = HttpArguments.BringsRisks,
                Description = "Send a request to a granted host, and get its answer, whatever its status.",
                Parameters =
                [
                    new ToolParameter("method", ToolParameterType.Text, string.Join(", ", Methods) + "."),
                    HttpArguments.Url,
                    HttpArguments.Headers,
                    new ToolParameter("body", ToolParameterType.OptionalText, "Text, sent as UTF-8.", Required: false),
                    HttpArguments.Timeout,
                ],
                EgressPolicy = HttpArguments.CheckUrl,
                ChangesWorld = call => Request(call).Method is not ("GET" or "HEAD"),
                StandIn = AsIfDone,
                Handler = RequestAsync,
            },
        ];

    private static JsonObject AsIfDone(ToolCall call) =>
        new()
        {
            ["status"] = 200,
            ["url"] = call.Arguments.Text("url"),
            ["headers"] = new JsonObject(),
            [WebBody.AsText] = "",
        };

    private async Task<JsonNode?> RequestAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var answer = await web.SendAsync(Request(call), call.Grant.Hosts, call.TakeRoom, cancellationToken);
        var headers = new JsonObject();
        foreach (var (header, value) in answer.Headers)
        {
            headers[header] = value;
        }

        var (name, body) = WebBody.ToJson(answer.Body);
        return new JsonObject
        {
            ["status"] = answer.Status,
            ["url"] = answer.Url,
            ["headers"] = headers,
            [name] = body,
        };
    }

    private WebRequest Request(ToolCall call)
    {
        var method = call.Arguments.Text("method").ToUpperInvariant();
        if (!Methods.Contains(method))
        {
            throw new ToolException($"http.request: 'method' must be one of {string.Join(", ", Methods)}.");
        }

        var body = call.Arguments.OptionalText("body");
        if (body is not null && method is ("GET" or "HEAD"))
        {
            throw new ToolException($"http.request: {method} takes no 'body'.");
        }

        return http.Request(call, method, body);
    }
}
