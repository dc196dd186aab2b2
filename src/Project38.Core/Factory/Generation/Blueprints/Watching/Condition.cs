using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Asides;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>When to tell of a value that is watched.</summary>
/// <param name="Kind">How it is compared.</param>
/// <param name="Value">With what: a level, or a percentage.</param>
/// <param name="Unit">The currency that stands at the number, by ISO code; null: none.</param>
/// <param name="MoreThan">Of a percentage: whether the number itself is not enough yet.</param>
internal sealed record Condition(ConditionKind Kind, decimal Value, string? Unit, bool MoreThan)
{
    /// <summary>Whether it compares with what the value was before.</summary>
    public bool IsPercent => Kind is ConditionKind.Up or ConditionKind.Down or ConditionKind.Moves;

    /// <summary>Whether it tells on the upper side.</summary>
    public bool IsUpper => Kind is ConditionKind.Above or ConditionKind.AtLeast or ConditionKind.Up;

    /// <summary>Whether what is said of telling again goes with it.</summary>
    public bool Fits(Repeat repeat)
    {
        var own = IsUpper ? Side.High : Side.Low;
        if (repeat.Text is not null || repeat.Gone is not null || (repeat.Next is { } next && next != Value))
        {
            return false;
        }
        if (repeat.Stays)
        {
            return (repeat.Number is null || repeat.Number == Value)
                && (repeat.Side == Side.Either || repeat.Side == own);
        }
        return repeat.Side != own
            && (repeat.Number is not { } number || (!IsPercent && (IsUpper ? number <= Value : number >= Value)));
    }

    /// <summary>Whether the value must come back farther than just not to be there any more.</summary>
    public bool NeedsMore(Repeat repeat) =>
        !repeat.Stays
        && repeat.Number is { } number
        && (number != Value || (!repeat.Reached && Kind is ConditionKind.Above or ConditionKind.Below));

    /// <summary>What it says, for a person: “above 200”, “up by 5 %”.</summary>
    public string Show(Language language)
    {
        var number = Numbers.Show(Value);
        return Kind switch
        {
            ConditionKind.Above => language.Say($"above {number}", $"מעל {number}"),
            ConditionKind.AtLeast => language.Say($"at {number} or more", $"{number} ומעלה"),
            ConditionKind.Below => language.Say($"below {number}", $"מתחת ל-{number}"),
            ConditionKind.AtMost => language.Say($"at {number} or less", $"{number} ומטה"),
            ConditionKind.Up => language.Say($"up by {More(number, language)}%", $"עלה ב-{More(number, language)}%"),
            ConditionKind.Down => language.Say(
                $"down by {More(number, language)}%",
                $"ירד ב-{More(number, language)}%"
            ),
            _ => language.Say($"up or down by {More(number, language)}%", $"עלה או ירד ב-{More(number, language)}%"),
        };
    }

    /// <summary>Writes it where the agents of these blueprints look for it.</summary>
    public void WriteTo(JsonObject config)
    {
        foreach (var key in Keys)
        {
            config[key] = JsonNumber.Of(Value);
        }
        if (MoreThan)
        {
            config["more_than"] = true;
        }
    }

    private string[] Keys =>
        Kind switch
        {
            ConditionKind.Above => ["above"],
            ConditionKind.AtLeast => ["at_least"],
            ConditionKind.Below => ["below"],
            ConditionKind.AtMost => ["at_most"],
            ConditionKind.Up => ["up_percent"],
            ConditionKind.Down => ["down_percent"],
            _ => ["up_percent", "down_percent"],
        };

    private string More(string number, Language language) =>
        MoreThan ? language.Say($"more than {number}", $"יותר מ-{number}") : number;
}

/// <summary>How a value is compared.</summary>
internal enum ConditionKind
{
    /// <summary>Over a level.</summary>
    Above,

    /// <summary>At a level or over it.</summary>
    AtLeast,

    /// <summary>Under a level.</summary>
    Below,

    /// <summary>At a level or under it.</summary>
    AtMost,

    /// <summary>Risen by a percentage.</summary>
    Up,

    /// <summary>Fallen by a percentage.</summary>
    Down,

    /// <summary>Risen or fallen by a percentage.</summary>
    Moves,
}

internal static class JsonNumber
{
    /// <summary>A number as JSON writes it, without trailing zeros.</summary>
    public static JsonNode Of(decimal value) =>
        JsonNode.Parse(value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture))!;
}
