using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>A delivery as webhooks get it.</summary>
internal static class MessageJson
{
    /// <summary>UTF-8 bytes: <c>type</c>, <c>timestamp</c> and <c>data</c>, the same at every attempt.</summary>
    public static byte[] Of(OutgoingMessage message)
    {
        var json = new JsonObject
        {
            ["type"] = "notification",
            ["timestamp"] = Time(message.At),
            ["data"] = new JsonObject
            {
                ["id"] = message.SendId,
                ["channel"] = message.Channel,
                ["title"] = message.Title,
                ["text"] = message.Text,
                ["messages"] = new JsonArray([.. message.Carried.Select(One)]),
                ["left_out"] = message.Messages.Count - message.Carried.Count,
            },
        };
        return JsonSerializer.SerializeToUtf8Bytes(json, ToolAnswer.Json);
    }

    private static JsonObject One(InboxMessage message) =>
        new()
        {
            ["id"] = message.Id,
            ["agent_id"] = message.AgentId,
            ["task_id"] = message.TaskId,
            ["source"] = message.Source,
            ["title"] = message.Title,
            ["text"] = message.Text,
            ["created_at"] = Time(message.CreatedAt),
        };

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
