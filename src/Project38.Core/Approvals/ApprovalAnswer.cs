using System.Globalization;
using System.Text.Json.Nodes;

namespace Project38.Core.Approvals;

/// <summary>What became of a question.</summary>
/// <param name="Status">Not <see cref="ApprovalStatus.Open"/>.</param>
/// <param name="By">Who answered; null: nobody did.</param>
/// <param name="Note">What they said to it; null: nothing.</param>
/// <param name="At">When, by the database's clock.</param>
public sealed record ApprovalAnswer(ApprovalStatus Status, string? By, string? Note, DateTimeOffset At)
{
    /// <summary>Whether it is a yes.</summary>
    public bool Approved => Status is ApprovalStatus.Approved;

    /// <summary>As the agent gets it.</summary>
    internal JsonObject ToValue() =>
        new()
        {
            ["approved"] = Approved,
            ["status"] = Storage.SnakeCase.ToSnakeCase(Status),
            ["by"] = By,
            ["note"] = Note,
            ["at"] = At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
}
