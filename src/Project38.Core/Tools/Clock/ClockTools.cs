using System.Globalization;
using System.Text.Json.Nodes;
using Project38.Core.Agents;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Clock;

/// <summary>The namespace <c>clock</c>: what time it is for this run, anywhere.</summary>
internal sealed class ClockTools : IToolSource
{
    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            new ToolDefinition
            {
                Name = "clock.now",
                Risks = ToolRisk.None,
                Description = "Say what time it is in a time zone, by the run's clock.",
                Parameters =
                [
                    new ToolParameter(
                        "timezone",
                        ToolParameterType.Text,
                        "IANA name, such as Asia/Jerusalem.",
                        Required: false,
                        Default: "\"UTC\""
                    ),
                ],
                Handler = (call, _) => Task.FromResult<JsonNode?>(Now(call)),
            },
        ];

    private static JsonObject Now(ToolCall call)
    {
        var zone = call.Arguments.Text("timezone");
        if (!Schedule.IsZone(zone))
        {
            throw new ToolException($"clock.now: {Schedule.UnknownZone(zone)}");
        }

        var local = TimeZoneInfo.ConvertTime(call.Now, TimeZoneInfo.FindSystemTimeZoneById(zone));
        return new JsonObject
        {
            ["utc"] = local.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["local"] = local.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
            ["timezone"] = zone,
            ["weekday"] = local.ToString("dddd", CultureInfo.InvariantCulture),
        };
    }
}
