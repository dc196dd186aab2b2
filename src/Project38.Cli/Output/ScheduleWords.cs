using System.Globalization;
using System.Text.Json;
using Project38.Contracts;

namespace Project38.Cli.Output;

/// <summary>A schedule as people read it.</summary>
internal static class ScheduleWords
{
    private const string Reminder = "blueprint:reminder";

    /// <summary>For example <c>0 8 * * * (UTC)</c>, or <c>once, on 23 Nov 2026 at 08:00 (UTC)</c>.</summary>
    public static string Of(AgentResponse agent)
    {
        if (agent.Schedule is null)
        {
            return "by hand only";
        }
        if (!IsOnce(agent))
        {
            return $"{agent.Schedule} ({agent.Timezone})";
        }

        // Cron has no year: it would fire again, and the agent would stay silent.
        if (agent.NextFire is not { } next || next > agent.CreatedAt.AddYears(1))
        {
            return $"once, '{agent.Schedule}' without a year ({agent.Timezone})";
        }
        var local = TimeZoneInfo.ConvertTime(next, UserZone.Rules(agent.Timezone));
        var moment = local.ToString("d MMM yyyy 'at' HH:mm", CultureInfo.InvariantCulture);
        return $"once, on {moment} ({agent.Timezone})";
    }

    /// <summary>The same for a table, which has the user's zone for all.</summary>
    public static string Short(AgentResponse agent) =>
        Of(agent).Replace($" ({UserZone.Find()})", "", StringComparison.Ordinal);

    /// <summary>Whether it acts one time only. The key is the reminder's own; another agent's may mean anything.</summary>
    public static bool IsOnce(AgentResponse agent)
    {
        if (agent.Origin != Reminder)
        {
            return false;
        }
        using var config = JsonDocument.Parse(agent.Config);
        return config.RootElement.TryGetProperty("once", out var once) && once.ValueKind == JsonValueKind.True;
    }
}
