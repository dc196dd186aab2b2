using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>What a button under a question says when it is pressed: yes or no, and the token of the delivery that carried it.</summary>
/// <param name="Approve">Whether it is a yes.</param>
/// <param name="Token">See <see cref="Deliveries.Delivery.AnswerToken"/>.</param>
internal sealed record AnswerButton(bool Approve, string Token)
{
    private const string Yes = "p38:yes:";
    private const string No = "p38:no:";
    private const int TokenBytes = 24;

    /// <summary>Nobody's guess: 192 bits. With what stands before it well under the 64 bytes that Telegram keeps of a button.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>Reads what a button said; null: it is none of ours.</summary>
    public static AnswerButton? Read(string data) =>
        data.StartsWith(Yes, StringComparison.Ordinal) ? new AnswerButton(Approve: true, data[Yes.Length..])
        : data.StartsWith(No, StringComparison.Ordinal) ? new AnswerButton(Approve: false, data[No.Length..])
        : null;

    /// <summary>Both buttons, as Telegram takes them.</summary>
    public static JsonObject Markup(string token) =>
        new() { ["inline_keyboard"] = new JsonArray(new JsonArray(Of("✅ Yes", Yes + token), Of("❌ No", No + token))) };

    private static JsonObject Of(string text, string data) => new() { ["text"] = text, ["callback_data"] = data };
}
