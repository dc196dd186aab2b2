using Project38.Client;

namespace Project38.Cli.Api;

/// <summary>The fields of a request as the person knows them who typed the verb.</summary>
internal static class FieldNames
{
    /// <summary>The same refusal, with other names in what it says.</summary>
    /// <param name="exception">The refusal.</param>
    /// <param name="names">By the field's name in the API.</param>
    public static ApiException Calling(this ApiException exception, IReadOnlyDictionary<string, string> names)
    {
        var detail = exception.Problem.Detail;
        foreach (var (field, complaints) in exception.Errors)
        {
            if (names.GetValueOrDefault(field) is { } name)
            {
                detail = complaints
                    .Aggregate(
                        detail,
                        (text, one) => text.Replace($"{field} {one}", $"{name} {one}", StringComparison.Ordinal)
                    )
                    .Replace($"'{field}'", name, StringComparison.Ordinal);
            }
        }
        return new ApiException(exception.Problem with { Detail = detail });
    }
}
