using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Http;

/// <summary>The namespace <c>http</c>: public web servers, those that were granted.</summary>
internal sealed class HttpTools(WebClient web, IOptions<EgressOptions> options) : IToolSource
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            new ToolDefinition
            {
                Name = "http.request",
                Description = "Send a request to a granted host, and get its answer, whatever its status.",
                Parameters =
                [
                    new ToolParameter("method", ToolParameterType.Text, string.Join(", ", Methods) + "."),
                    new ToolParameter("url", ToolParameterType.Text, "https or http."),
                    new ToolParameter(
                        "headers",
                        ToolParameterType.TextMap,
                        "Sent as they are.",
                        Required: false,
                        Default: "{}"
                    ),
                    new ToolParameter("body", ToolParameterType.OptionalText, "Text, sent as UTF-8.", Required: false),
                    new ToolParameter(
                        "timeout",
                        ToolParameterType.Number,
                        "In seconds, at most 60.",
                        Required: false,
                        Default: "30"
                    ),
                ],
                EgressPolicy = call => EgressPolicy.CheckUrl(call.Arguments.Text("url"), call.Grant.Hosts),
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
            ["body_base64"] = "",
        };

    private async Task<JsonNode?> RequestAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var answer = await web.SendAsync(Request(call), call.Grant.Hosts, call.TakeRoom, cancellationToken);
        var headers = new JsonObject();
        foreach (var (name, value) in answer.Headers)
        {
            headers[name] = value;
        }

        return new JsonObject
        {
            ["status"] = answer.Status,
            ["url"] = answer.Url,
            ["headers"] = headers,
            ["body_base64"] = Convert.ToBase64String(answer.Body),
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

        var seconds = call.Arguments.Number("timeout");
        if (seconds <= 0 || seconds > options.Value.MaxTimeout.TotalSeconds)
        {
            throw new ToolException(
                $"http.request: 'timeout' must be more than 0 and at most {options.Value.MaxTimeout.TotalSeconds} seconds."
            );
        }

        var headers = call.Arguments.TextMap("headers");
        RequestHeaders.Check(headers);
        return new WebRequest(method, call.Arguments.Text("url"), headers, body, TimeSpan.FromSeconds(seconds));
    }
}
