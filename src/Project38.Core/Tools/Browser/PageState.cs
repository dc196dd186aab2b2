using System.Text.Json.Nodes;

namespace Project38.Core.Tools.Browser;

/// <summary>What a page is like after an action.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Title">Its title.</param>
/// <param name="Status">Of HTTP, where the action loaded it; null: it did not, or nobody said.</param>
/// <param name="Pages">How many pages are open; this is the one opened last.</param>
/// <param name="Refused">Hosts that were wanted since the call before, and not got.</param>
/// <param name="Offered">Names of files that it began to download, which nobody took.</param>
internal sealed record PageState(
    string Url,
    string Title,
    int? Status,
    int Pages,
    IReadOnlyList<string> Refused,
    IReadOnlyList<string> Offered
)
{
    /// <summary>Characters of an address.</summary>
    public const int MostAddress = 2_000;

    /// <summary>Characters of a title.</summary>
    public const int MostTitle = 500;

    /// <summary>No page.</summary>
    public static PageState Nothing { get; } = new("", "", Status: null, 0, [], []);

    /// <summary>As a tool answers it.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["url"] = Url,
            ["title"] = Title,
            ["status"] = Status,
            ["pages"] = Pages,
            ["refused"] = Texts(Refused),
            ["offered"] = Texts(Offered),
        };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
