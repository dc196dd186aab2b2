using System.Text.Json.Nodes;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Registry;

namespace Project38.Core.Tools.Notifications;

/// <summary>The namespace <c>notifications</c>: destinations are channels that a person granted, never addresses.</summary>
internal sealed class NotificationTools(Inbox inbox) : IToolSource
{
    /// <inheritdoc/>
    public IEnumerable<ToolDefinition> Tools =>
        [
            new ToolDefinition
            {
                Name = "notifications.send",
                Risks = ToolRisk.WayOut,
                BringsRisks = ChannelName.AmongOthers,
                Description = "Tell people something.",
                Parameters =
                [
                    new ToolParameter("text", ToolParameterType.Text, "What to tell; at most 16 KB."),
                    new ToolParameter(
                        "title",
                        ToolParameterType.OptionalText,
                        "A line above it; the agent's name where there is none.",
                        Required: false
                    ),
                    new ToolParameter(
                        "channel",
                        ToolParameterType.Text,
                        "A named destination that was granted.",
                        Required: false,
                        Default: $"\"{ChannelName.Inbox}\""
                    ),
                ],
                EgressPolicy = CheckChannel,
                StandIn = StandIn,
                MostPerRun = limits => limits.NotificationsPerRun,
                Handler = SendAsync,
            },
        ];

    private static void CheckChannel(ToolCall call)
    {
        var channel = call.Arguments.Text("channel");
        if (!call.Grant.Channels.Contains(channel, StringComparer.Ordinal))
        {
            var granted = call.Grant.Channels.Count == 0 ? "none" : string.Join(", ", call.Grant.Channels);
            throw new ToolRefusedException(
                $"The channel '{StorableText.Cut(channel, 40)}' is not granted to this agent. Granted: {granted}."
            );
        }
    }

    private JsonObject StandIn(ToolCall call)
    {
        inbox.CheckChannel(call.Arguments.Text("channel"));
        return new JsonObject { ["id"] = 0 };
    }

    private async Task<JsonNode?> SendAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var id = await inbox.SendAsync(
            new NewInboxMessage
            {
                TeamId = call.Identity.TeamId,
                AgentId = call.Identity.AgentId,
                TaskId = call.Identity.TaskId,
                Title = call.Arguments.OptionalText("title"),
                Text = call.Arguments.Text("text"),
                Source = "agent",
                Channel = call.Arguments.Text("channel"),
                IdempotencyKey = call.IdempotencyKey,
            },
            cancellationToken
        );
        return new JsonObject { ["id"] = id };
    }
}
