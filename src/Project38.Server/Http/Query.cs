using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Server.Http;

/// <summary>Reads the query of a list: every parameter that is wrong is named at once.</summary>
internal sealed class Query(HttpRequest request)
{
    private const int MaxLimit = 1000;
    private readonly FieldErrors _errors = new();

    /// <summary><c>limit</c>: 1 to 1000. Default: 100.</summary>
    public int Limit() => Whole("limit", 100, 1, MaxLimit);

    /// <summary><c>offset</c>: 0 or more. Default: 0.</summary>
    public int Offset() => Whole("offset", 0, 0, int.MaxValue);

    /// <summary>A text; null when it was left out.</summary>
    public string? Text(string name) => request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A number of something; null when it was left out.</summary>
    public long? Id(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }
        if (long.TryParse(text, out var id))
        {
            return id;
        }
        _errors.Add(name, "must be a whole number");
        return null;
    }

    /// <summary>A number from 1; null when it was left out.</summary>
    public int? Number(string name) => Text(name) is null ? null : Whole(name, 1, 1, int.MaxValue);

    /// <summary>How many of something: 0 to <paramref name="most"/>.</summary>
    public int Count(string name, int otherwise, int most) => Whole(name, otherwise, 0, most);

    /// <summary>True or false. Default: false.</summary>
    public bool Flag(string name)
    {
        switch (Text(name))
        {
            case null or "false":
                return false;
            case "true" or "":
                return true;
            default:
                _errors.Add(name, "must be true or false");
                return false;
        }
    }

    /// <summary>A time zone by its IANA name. Default: UTC.</summary>
    public TimeZoneInfo Zone(string name)
    {
        if (Text(name) is not { } text)
        {
            return TimeZoneInfo.Utc;
        }
        if (Schedule.IsZone(text))
        {
            return TimeZoneInfo.FindSystemTimeZoneById(text);
        }
        _errors.Add(name, "must be an IANA time zone such as 'Asia/Jerusalem', or 'UTC'");
        return TimeZoneInfo.Utc;
    }

    /// <summary>One of the names of an enum; null when it was left out.</summary>
    public TEnum? OneOf<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var value = SnakeCase.TryParse<TEnum>(text);
        if (value is null)
        {
            NoneOf(name, SnakeCase.Names<TEnum>());
        }
        return value;
    }

    /// <summary>One of some names; null when it was left out.</summary>
    public string? OneOf(string name, IReadOnlyList<string> names)
    {
        if (Text(name) is { } text && !names.Contains(text))
        {
            NoneOf(name, names);
        }
        return Text(name);
    }

    /// <summary>Refuses the request when anything is wrong.</summary>
    public void ThrowIfWrong() => _errors.ThrowIfAny();

    private void NoneOf(string name, IReadOnlyList<string> names) =>
        _errors.Add(name, $"must be one of {string.Join(", ", names)}");

    private int Whole(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }
        if (int.TryParse(text, out var number) && number >= least && number <= most)
        {
            return number;
        }
        _errors.Add(name, most == int.MaxValue ? $"must be {least} or more" : $"must be from {least} to {most}");
        return otherwise;
    }
}
